/* events, inside the folder (and its trainer): what might be told in a sentence, and the model that
 * decides which of it is. */
#ifndef ENT_EVENTS_OPTIONS_H
#define ENT_EVENTS_OPTIONS_H

#include "discourse.h"
#include "model.h"

/* How a side was found. */
typedef enum {
    ENT_FILL_TOLD,   /* by the roles of the reading */
    ENT_FILL_RULE,   /* by the rules of discourse.c alone */
    ENT_FILL_HERE,   /* another party of the sentence */
    ENT_FILL_EVENT,  /* a side of an event told before */
    ENT_FILL_BEFORE, /* named in the sentences before */
    ENT_FILL_TOPIC   /* named most in the document */
} ent__fill;

/* One thing that might be told: a reading with two sides. */
typedef struct {
    const ent__reading *reading;
    ent__parties source, target;
    uint16_t code; /* of the reading, the future counted */
    ent_plover type;
    ent_certainty certainty;
    uint32_t sentence;
    bool symmetric;
    bool by_rule;                     /* what the rules say of the reading */
    uint8_t source_fill, target_fill; /* ent__fill */
    uint8_t back;    /* sentences back to where the side was found */
    uint8_t nth;     /* ENT_FILL_EVENT: how many events ago, 0 the last */
    uint8_t told_as; /* ENT_FILL_EVENT: 1 as the same side, 2 as the other side of it */
    uint8_t with;    /* ENT_FILL_EVENT: the known side had no part in it 0, its own 1, another 2 */
    uint8_t rivals;  /* others that may stand in the same place ... */
    uint8_t here;    /* ... and how many of them the sentence names */
} ent__option;

/* Told as negated, future or hypothetical. */
static inline bool ent__option_is_denied(const ent__option *o)
{
    return o->certainty != ENT_ASSERTED && o->certainty != ENT_ALLEGED;
}

#define ENT_OPTION_MAX 192

/* What the options of a document are looked for in. */
typedef struct {
    ent_ctx *ctx;
    const ent__event_lexicon *lexicon;
    const ent_tree *tree;
    const ent_mentions *mentions;
    ent__discourse discourse;
    uint8_t *quoted; /* by token: inside quotation marks */
    uint8_t relations; /* tenths of the sentences that name two states or more; 10: one sentence */
    uint8_t leading;   /* tenths of the states' mentions that are of the two named most */
    ent__option *list;
    size_t count;
} ent__options;

/* Room for a document's options, in `arena`.  O(tokens + mentions). */
ent_rc ent__options_start(ent_ctx *ctx, const ent_kit *kit, ent_arena *arena, const ent_tree *tree,
                          const ent_mentions *mentions, ent__options *out);
/* Fills list and count with the options of one sentence; those of one reading stand together.
 * Remembers what the rules tell, for the sentences that follow.
 * O(readings x parties near by). */
void ent__options_find(ent__options *o, const ent__sentence *s, uint32_t sentence);
#define ENT_DECISION_TOLD 0 /* the relation that the decision's weights are for */

/* Features by name, or the sum of their weights. */
typedef struct {
    ent__features *names;          /* NULL: summed */
    const ent__event_model *model; /* of the weights */
    double sum;
} ent__tally;

/* What holds for all options of a reading, and what holds for one of them. */
void ent__option_cue_features(const ent__options *o, const ent__sentence *s,
                              const ent__option *option, ent__tally *out);
void ent__option_side_features(const ent__options *o, const ent__sentence *s,
                               const ent__option *option, ent__tally *out);

/* An option that is told. */
typedef struct {
    const ent__option *option;
    double event; /* probability that it is told as having happened */
} ent__choice;

#define ENT_CHOICE_MAX 64

/* Which options of the sentence are told, at most one a reading; without a model what the rules
 * say.  At most ENT_CHOICE_MAX.  O(options x features). */
void ent__options_decide(const ent__options *o, const ent__sentence *s,
                         ent__choice out[ENT_CHOICE_MAX], size_t *out_count);
/* What spoke for and against a choice: features with their weight, heaviest first.
 * *reason_count: room in, filled out. */
ent_rc ent__choice_explain(const ent__options *o, const ent__sentence *s,
                           const ent__choice *choice, ent_arena *arena, ent_reason *reasons,
                           size_t *reason_count);

#endif
