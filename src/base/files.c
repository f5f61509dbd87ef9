/* Whole files in and out.  Reading is bounded, writing is atomic (temporary file and rename). */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base.h"

static ent_rc read_all(ent_ctx *ctx, int fd, const char *path, size_t limit, ent_buf *out)
{
    size_t start = out->n;
    for (;;) {
        if (!ent__buf_reserve(out, 64 * 1024)) {
            return ent__nomem(ctx);
        }
        ssize_t got = read(fd, out->p + out->n, out->capacity - out->n - 1);
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return ent__fail(ctx, ENT_EINPUT, path, 0, "cannot read: %s", strerror(errno));
        }
        if (got == 0) {
            return ENT_OK;
        }
        out->n += (size_t)got;
        out->p[out->n] = '\0';
        if (out->n - start > limit) {
            return ent__fail(ctx, ENT_EINPUT, path, 0, "larger than the limit of %zu bytes", limit);
        }
    }
}

ent_rc ent__file_read(ent_ctx *ctx, const char *path, size_t limit, ent_buf *out)
{
    if (strcmp(path, "-") == 0) {
        return read_all(ctx, STDIN_FILENO, "standard input", limit, out);
    }
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return ent__fail(ctx, ENT_EINPUT, path, 0, "cannot open: %s", strerror(errno));
    }
    struct stat st;
    ent_rc rc = ENT_OK;
    if (fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        rc = ent__fail(ctx, ENT_EINPUT, path, 0, "is a folder, expected a file");
    } else {
        rc = read_all(ctx, fd, path, limit, out);
    }
    close(fd);
    return rc;
}

static bool write_all(int fd, ent_str bytes)
{
    while (bytes.n > 0) {
        ssize_t put = write(fd, bytes.p, bytes.n);
        if (put < 0 && errno == EINTR) {
            continue;
        }
        if (put < 0) {
            return false;
        }
        bytes.p += put;
        bytes.n -= (size_t)put;
    }
    return true;
}

/* Devices and pipes can't be renamed over: they are written as they are. */
static ent_rc write_in_place(ent_ctx *ctx, const char *path, ent_str bytes)
{
    int fd = open(path, O_WRONLY | O_CLOEXEC);
    if (fd < 0 || !write_all(fd, bytes) || close(fd) != 0) {
        return ent__fail(ctx, ENT_EINPUT, path, 0, "cannot write: %s", strerror(errno));
    }
    return ENT_OK;
}

ent_rc ent__file_write(ent_ctx *ctx, const char *path, ent_str bytes)
{
    struct stat st;
    if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
        return write_in_place(ctx, path, bytes);
    }
    char temporary[4096];
    int n = snprintf(temporary, sizeof temporary, "%s.XXXXXX", path);
    if (n < 0 || (size_t)n >= sizeof temporary) {
        return ent__fail(ctx, ENT_EINPUT, path, 0, "cannot write: the path is too long");
    }
    int fd = mkstemp(temporary);
    if (fd < 0) {
        return ent__fail(ctx, ENT_EINPUT, path, 0, "cannot write: %s", strerror(errno));
    }
    mode_t mask = umask(0);
    umask(mask);
    bool done = fchmod(fd, 0666 & ~mask) == 0 && write_all(fd, bytes);
    int why = errno;
    done = close(fd) == 0 && done;
    if (!done || rename(temporary, path) != 0) {
        why = done ? errno : why;
        unlink(temporary);
        return ent__fail(ctx, ENT_EINPUT, path, 0, "cannot write: %s", strerror(why));
    }
    return ENT_OK;
}
