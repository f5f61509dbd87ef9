/* What every unit test file includes: cmocka and its needs, and where the private data lie. */
#ifndef ENT_TEST_H
#define ENT_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

/* Shared data stand beside the checkout and are never copied in; a test that finds them missing
 * says so and skips. */
#define ENT_SHARED ENT_SOURCE_DIR "/../shared/"

static inline void skip_unless_shared(const char *path)
{
    if (access(path, R_OK) != 0) {
        printf("SKIP: %s is not on this machine\n", path);
        skip();
    }
}

#endif
