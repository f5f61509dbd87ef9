/* layercheck ROOT: reads the #include lines below ROOT/src and fails when a folder includes one
 * that does not stand above it in the list.  The list is the architecture.  serve/ stands beside
 * cli/: it may include every folder's header, never cli's; nothing below src/ may include it. */
#include <dirent.h>
#include <stdio.h>
#include <string.h>

static const struct {
    const char *folder;
    int layer; /* equal layers do not know each other */
} layers[] = {{"base", 0},   {"text", 1},       {"parse", 2}, {"mentions", 3},
              {"events", 4}, {"statements", 4}, {"read", 5},  {"store", 6},
              {"align", 7},  {"wedge", 8},      {"weigh", 8}, {"brief", 9}};

enum { BESIDE = 100 }; /* serve's place: below all layers */

static int layer_of(const char *folder, size_t n)
{
    for (size_t i = 0; i < sizeof layers / sizeof *layers; i++) {
        if (strlen(layers[i].folder) == n && memcmp(layers[i].folder, folder, n) == 0) {
            return layers[i].layer;
        }
    }
    return -1;
}

/* "../FOLDER/file.h" must be an allowed folder's one public header (base has two inside itself). */
static int check_line(const char *file, long number, const char *folder, const char *line)
{
    const char *at = strstr(line, "#include \"../");
    if (at == NULL) {
        return 0;
    }
    at += strlen("#include \"../");
    const char *slash = strchr(at, '/'), *end = strchr(at, '"');
    if (slash == NULL || end == NULL) {
        return 0;
    }
    size_t n = (size_t)(slash - at);
    int theirs = layer_of(at, n), mine = layer_of(folder, strlen(folder));
    if (mine < 0 && n == 3 && memcmp(at, "src", n) == 0) { /* serve: "../src/FOLDER/FOLDER.h" */
        at = slash + 1;
        slash = strchr(at, '/');
        n = slash == NULL ? 0 : (size_t)(slash - at);
        theirs = layer_of(at, n);
        mine = BESIDE;
    }
    if (theirs < 0 || theirs >= mine) {
        fprintf(stderr, "%s:%ld: %s may not include %.*s\n", file, number, folder, (int)n, at);
        return 1;
    }
    if ((size_t)(end - slash - 1) != n + 2 || memcmp(slash + 1, at, n) != 0) {
        fprintf(stderr, "%s:%ld: only %.*s/%.*s.h may be included from outside\n", file, number,
                (int)n, at, (int)n, at);
        return 1;
    }
    return 0;
}

static int check_folder(const char *root, const char *below, const char *folder)
{
    char path[4096], line[4096];
    snprintf(path, sizeof path, "%s/%s%s", root, below, folder);
    DIR *dir = opendir(path);
    if (dir == NULL) {
        return 0;
    }
    int breaches = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        const char *dot = strrchr(entry->d_name, '.');
        if (dot == NULL || (strcmp(dot, ".c") != 0 && strcmp(dot, ".h") != 0)) {
            continue;
        }
        snprintf(path, sizeof path, "%s/%s%s/%s", root, below, folder, entry->d_name);
        FILE *f = fopen(path, "r");
        for (long number = 1; f != NULL && fgets(line, sizeof line, f) != NULL; number++) {
            breaches += check_line(path, number, folder, line);
        }
        if (f != NULL) {
            fclose(f);
        }
    }
    closedir(dir);
    return breaches;
}

int main(int argc, char **argv)
{
    const char *root = argc > 1 ? argv[1] : ".";
    char path[4096];
    snprintf(path, sizeof path, "%s/src", root);
    DIR *dir = opendir(path);
    if (dir == NULL) {
        perror(path);
        return 2;
    }
    int breaches = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.' || strchr(entry->d_name, '.') != NULL) {
            continue;
        }
        if (layer_of(entry->d_name, strlen(entry->d_name)) < 0) {
            fprintf(stderr, "src/%s is no layer: see ARCHITECTURE.md\n", entry->d_name);
            breaches++;
            continue;
        }
        breaches += check_folder(root, "src/", entry->d_name);
    }
    closedir(dir);
    breaches += check_folder(root, "", "serve");
    return breaches == 0 ? 0 : 1;
}
