/* Replays files (or folders of files) through a fuzz target, for compilers without libFuzzer. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
    FILE *f = fopen(path, "rb");
    if (f == NULL) {
        perror(path);
        return 1;
    }
    struct stat st;
    if (fstat(fileno(f), &st) != 0) {
        fclose(f);
        return 1;
    }
    size_t n = (size_t)st.st_size;
    uint8_t *bytes = malloc(n + 1); /* exact-sized block below, so that ASan sees overreads */
    size_t got = bytes == NULL ? 0 : fread(bytes, 1, n, f);
    fclose(f);
    uint8_t *exact = malloc(got == 0 ? 1 : got);
    if (exact != NULL && bytes != NULL) {
        memcpy(exact, bytes, got);
        LLVMFuzzerTestOneInput(exact, got);
    }
    free(exact);
    free(bytes);
    return 0;
}

static int replay(const char *path, unsigned long *count)
{
    struct stat st;
    if (stat(path, &st) != 0) {
        perror(path);
        return 1;
    }
    if (!S_ISDIR(st.st_mode)) {
        *count += 1;
        return replay_file(path);
    }
    DIR *dir = opendir(path);
    if (dir == NULL) {
        perror(path);
        return 1;
    }
    int failed = 0;
    for (struct dirent *entry; (entry = readdir(dir)) != NULL;) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        char below[4096];
        snprintf(below, sizeof below, "%s/%s", path, entry->d_name);
        failed |= replay(below, count);
    }
    closedir(dir);
    return failed;
}

int main(int argc, char **argv)
{
    unsigned long count = 0;
    int failed = 0;
    for (int i = 1; i < argc; i++) {
        failed |= replay(argv[i], &count);
    }
    printf("%lu inputs replayed\n", count);
    return failed || count == 0;
}
