/* The compiled data/ folder, embedded by the assembler: a C array of this size would cost the
 * compiler half a minute and over a gigabyte. */
#include "blob.h"

__asm__(".section .rodata\n"
        ".global ent__blob_embedded\n"
        ".type ent__blob_embedded, @object\n"
        ".balign 64\n"
        "ent__blob_embedded:\n"
        ".incbin \"" ENT_BLOB_PATH "\"\n"
        ".byte 0\n"
        ".size ent__blob_embedded, . - ent__blob_embedded\n"
        ".previous\n");
