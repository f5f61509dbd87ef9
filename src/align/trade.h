/* trade: what the files of align/ that read trade share. */
#ifndef ENT_ALIGN_TRADE_H
#define ENT_ALIGN_TRADE_H

#include "table_file.h"

/* The world as a partner: our own 0, and what Comtrade and the IMF write. */
bool ent__trade_is_world(ent_str text);
/* Tables of the IMF (trade_imf.c), told by their header; read to the end. */
bool ent__trade_is_imf(const ent_table_file *file);
ent_rc ent__trade_read_imf(ent_table_file *file, const ent_states *states, ent_trade *trade);

#endif
