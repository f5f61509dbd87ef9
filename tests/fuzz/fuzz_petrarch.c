/* Fuzz target: PETRARCH files of any bytes, and the documents of their records. */
#include "records.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_records(data, size, ent__petrarch_read);
    return 0;
}
