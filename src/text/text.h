/* text: bytes -> document.  HTML, plain text, JSON Lines, RSS/Atom, PETRARCH XML by content; main
 * text, headline, deck, byline, date; page chrome named and dropped.  Knows no grammar. */
#ifndef ENT_TEXT_H
#define ENT_TEXT_H

#include "../base/base.h"

typedef enum {
    ENT_BLOCK_TITLE,     /* the headline, first occurrence */
    ENT_BLOCK_DECK,      /* standfirst below the headline */
    ENT_BLOCK_BYLINE,    /* author line or box */
    ENT_BLOCK_DATELINE,  /* line holding the page's date */
    ENT_BLOCK_HEADING,   /* a section's heading */
    ENT_BLOCK_PARAGRAPH, /* body */
    ENT_BLOCK_LIST_ITEM, /* body */
    ENT_BLOCK_QUOTE,     /* body */
    ENT_BLOCK_CHROME     /* in `text` but no part of the article: counters, buttons, repeats */
} ent_block_kind;

/* A stretch of `text` (bytes, end exclusive); blocks stand in order and do not overlap. */
typedef struct {
    ent_block_kind kind;
    uint32_t begin, end;
} ent_block;

/* One document before reading.  Everything lives in the arena it was made in.  For plain-text
 * input `text` is the file unchanged, for pages it is the blocks kept, joined by blank lines. */
typedef struct {
    ent_str id;     /* file name without ending, or the JSON line's id */
    ent_str source; /* file or address, for messages */
    long line;      /* of a JSON Lines input, else 0 */
    bool plain;     /* was plain text: `text` is the input unchanged, nothing was taken out */
    ent_str text;   /* valid UTF-8 */
    ent_str title, deck, byline, outlet, url, language; /* empty when unknown */
    ent_date date;  /* year 0: the document has no date */
    const ent_block *blocks;
    size_t block_count;
    ent_str parse;     /* PETRARCH <Parse> as given (Penn tree or CoNLL-U), else empty */
    bool one_sentence; /* PETRARCH sentence="True": `text` is one sentence */
} ent_text;

typedef enum { ENT_INPUT_HTML, ENT_INPUT_PLAIN, ENT_INPUT_JSONL, ENT_INPUT_FEED,
               ENT_INPUT_PETRARCH } ent_input_kind;

typedef struct {
    ent_input_kind force; /* used when forced is true, else told by content */
    bool forced;
    size_t byte_limit;    /* of one document; 0: 64 MiB */
} ent_input_options;

/* A stream of documents from one path ("-" is standard input; a folder gives its files in name
 * order, recursively; gzip, xz and the like are unpacked).  Memory is bounded by one document, for
 * feeds and PETRARCH files by one file.  The kit holds the tables "text/..." and must outlive the
 * input; options may be NULL. */
typedef struct ent_input ent_input;
ent_rc ent__input_open(ent_ctx *ctx, const ent_kit *kit, const char *path,
                       const ent_input_options *options, ent_input **out);
/* 1: *out filled (in `arena`); 0: end; <0: this document is bad (error names file and line), and
 * the next call goes on with the one after it. */
int ent__input_next(ent_ctx *ctx, ent_input *input, ent_arena *arena, ent_text *out);
void ent__input_close(ent_input *input);

/* One document from bytes in memory, HTML or plain text told by content. */
ent_rc ent__text_read(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, ent_str bytes,
                      ent_str id, ent_text *out);
/* One line of JSON Lines: {"id","title","date","text"|"html"}. */
ent_rc ent__text_read_json(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, ent_str line,
                           const char *source, long number, ent_text *out);

/* ---- pages and feeds from the network, politely (--fetch) ----------------------------------- */

typedef struct {
    const char *cache;    /* folder that keeps what was fetched; NULL: a temporary one */
    bool allow_private;   /* addresses of this machine and of private networks too */
    unsigned delay_ms;    /* between two requests to one host; 0: 2000 */
    unsigned timeout_s;   /* of one request; 0: 30 */
    size_t byte_limit;    /* of one answer; 0: 16 MiB */
} ent_fetch_options;

typedef struct ent_fetch ent_fetch;
ent_rc ent__fetch_open(ent_ctx *ctx, const ent_fetch_options *options, ent_fetch **out);
/* Gets an http or https address into a file of the cache; its path is put into *out_path (in
 * `arena`).  Asks robots.txt of every host it is led to; sends If-None-Match and
 * If-Modified-Since when the cache has the page.  ENT_EINPUT names the address and the reason. */
ent_rc ent__fetch_get(ent_ctx *ctx, ent_fetch *fetch, ent_arena *arena, const char *address,
                      const char **out_path);
void ent__fetch_close(ent_fetch *fetch);

#endif
