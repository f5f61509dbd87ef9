/* The event tables made ready: words numbered, rows compiled, operators as a matrix.
 * Input: data/events/{verbs,nouns,roles,operators,modifiers,markers,irregular}.tsv and
 * data/codes/cameo.tsv of the kit.  Output: ent__event_lexicon.  Cost: once at start, O(rows). */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "lexicon.h"
#include "model.h"

typedef struct {
    ent_ctx *ctx;
    const ent_kit *kit;
    ent__event_lexicon *lexicon;
} builder;

static const ent_table *table_of(builder *b, const char *name, ent_rc *rc)
{
    const ent_table *table = ent__kit_table(b->kit, name);
    if (table == NULL) {
        *rc = ent__fail(b->ctx, ENT_EINTERNAL, name, 0, "table is missing");
    }
    return table;
}

static ent_str cell(const ent_table *table, size_t row, const char *column)
{
    return ent__table_cell(table, row, ent__table_column(table, column));
}

/* Number of a word, new or known; 0 when out of memory. */
static uint16_t intern(ent__event_lexicon *l, ent_str text)
{
    uint32_t number;
    if (text.n == 0) {
        return 0;
    }
    if (ent__map_get(l->words, text, &number)) {
        return (uint16_t)number;
    }
    ent__event_word *grown = ent__grow(l->word, l->word_count, &l->word_capacity, sizeof *l->word);
    if (grown == NULL) {
        return 0;
    }
    l->word = grown;
    number = (uint32_t)l->word_count++;
    l->word[number] = (ent__event_word){.text = text, .noun = -1};
    return ent__map_put(l->words, text, number) ? (uint16_t)number : 0;
}

static uint8_t class_number(ent__event_lexicon *l, ent_str name)
{
    uint32_t number;
    if (!ent__map_get(l->classes, name, &number)) {
        number = (uint32_t)ent__map_count(l->classes) + 1;
        if (number > UINT8_MAX || !ent__map_put(l->classes, name, number)) {
            return 0;
        }
        l->class_names[number] = name;
    }
    return (uint8_t)number;
}

uint8_t ent__event_lexicon_class(const ent__event_lexicon *l, const char *name)
{
    uint32_t number;
    return ent__map_get(l->classes, ent__str(name), &number) ? (uint8_t)number : 0;
}

uint16_t ent__event_lexicon_word(const ent__event_lexicon *l, ent_str lemma)
{
    char folded[48];
    uint32_t number;
    if (lemma.n == 0 || lemma.n >= sizeof folded) {
        return 0;
    }
    for (size_t i = 0; i < lemma.n; i++) {
        char c = lemma.p[i];
        folded[i] = c >= 'A' && c <= 'Z' ? (char)(c + 32) : c;
    }
    if (ent__map_get(l->words, (ent_str){folded, lemma.n}, &number)) {
        return (uint16_t)number;
    }
    bool plural = lemma.n > 4 && folded[lemma.n - 1] == 's'; /* "troops" is its own lemma */
    return plural && ent__map_get(l->words, (ent_str){folded, lemma.n - 1}, &number)
               ? (uint16_t)number
               : 0;
}

uint16_t ent__event_lexicon_code(const ent__event_lexicon *l, ent_str code)
{
    for (size_t i = 0; i < l->code_count; i++) {
        if (ent__str_eq(l->codes[i].code, code)) {
            return (uint16_t)i;
        }
    }
    return ENT_NO_CODE;
}

uint8_t ent__event_lexicon_operator(const ent__event_lexicon *l, const char *name)
{
    for (size_t i = 0; i < l->operator_count; i++) {
        if (strcmp(l->operators[i], name) == 0) {
            return (uint8_t)i;
        }
    }
    return ENT_NO_OPERATOR;
}

uint16_t ent__event_lexicon_apply(const ent__event_lexicon *l, uint8_t operator, uint16_t code)
{
    size_t column = code == ENT_NO_CODE ? l->code_count : code;
    return l->results[operator*(l->code_count + 1) + column];
}

/* ---- codes, roles -------------------------------------------------------------------------- */

static ent_plover plover_of(ent_str name)
{
    for (int i = 0; i < ENT_PLOVER_COUNT; i++) {
        if (ent__str_eqz(name, ent__plover_name((ent_plover)i))) {
            return (ent_plover)i;
        }
    }
    return ENT_PLOVER_NONE;
}

/* PLOVER's score of a type with its mode; of the type alone where the mode has none of its own. */
static double plover_score(const ent_table *scores, ent_str type, ent_str mode)
{
    double score = NAN;
    for (size_t r = ent__table_find(scores, type); r < scores->rows; r++) {
        ent_str of_mode = cell(scores, r, "mode");
        if (!ent__str_eq(cell(scores, r, "type"), type)) {
            break;
        }
        if (of_mode.n == 0 || ent__str_eq(of_mode, mode)) {
            ent__str_double(cell(scores, r, "score"), &score); /* modes stand after the bare type */
        }
    }
    return score;
}

static ent_rc build_codes(builder *b)
{
    ent_rc rc = ENT_OK;
    const ent_table *t = table_of(b, "codes/cameo", &rc);
    const ent_table *scores = t == NULL ? NULL : table_of(b, "codes/plover", &rc);
    if (t == NULL || scores == NULL) {
        return rc;
    }
    ent__event_lexicon *l = b->lexicon;
    l->codes = ent__arena_array(l->arena, t->rows, sizeof *l->codes);
    if (l->codes == NULL) {
        return ent__nomem(b->ctx);
    }
    l->code_count = t->rows;
    for (size_t r = 0; r < t->rows; r++) {
        int64_t quad = 0;
        ent__code *c = &l->codes[r];
        c->code = cell(t, r, "code");
        c->label = cell(t, r, "label");
        c->mode = cell(t, r, "mode");
        c->context = cell(t, r, "context");
        c->plover = plover_of(cell(t, r, "plover"));
        c->goldstein = NAN;
        ent__str_double(cell(t, r, "goldstein"), &c->goldstein);
        c->score = plover_score(scores, cell(t, r, "plover"), c->mode);
        if (!ent__str_int(cell(t, r, "quad"), &quad) || quad < 1 || quad > 4) {
            return ent__fail(b->ctx, ENT_EINPUT, "codes/cameo.tsv", ent__table_line(t, r),
                             "expected quad class 1 to 4");
        }
        c->quad = (uint8_t)quad;
    }
    return ENT_OK;
}

static ent__role role_of(ent__event_lexicon *l, ent_str text)
{
    static const struct {
        const char *name;
        uint8_t kind;
    } known[] = {
        {"subj", ENT_ROLE_SUBJECT},
        {"obj", ENT_ROLE_OBJECT},
        {"iobj", ENT_ROLE_INDIRECT},
        {"poss", ENT_ROLE_POSSESSOR},
        {"amod", ENT_ROLE_ADJECTIVE},
        {"comp", ENT_ROLE_COMPOUND},
        {"i.source", ENT_ROLE_INNER_SOURCE},
        {"i.target", ENT_ROLE_INNER_TARGET},
        {"i.subject", ENT_ROLE_INNER_SUBJECT},
    };
    ent__role role = {0};
    if (ent__str_starts(text, "o.")) {
        role.on_object = true;
        text = ent__str_sub(text, 2, text.n);
    }
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        if (ent__str_eqz(text, known[i].name)) {
            role.kind = known[i].kind;
            return role;
        }
    }
    role.kind = ENT_ROLE_PREPOSITION;
    role.word = intern(l, text);
    return role;
}

static uint8_t split_roles(ent__event_lexicon *l, ent_str list, ent__role out[24])
{
    uint8_t count = 0;
    ent_str word;
    while (count < 24 && ent__str_split(&list, ',', &word)) {
        if (word.n > 0) {
            out[count++] = role_of(l, word);
        }
    }
    return count;
}

static ent_rc build_roles(builder *b)
{
    ent_rc rc = ENT_OK;
    const ent_table *t = table_of(b, "events/roles", &rc);
    if (t == NULL) {
        return rc;
    }
    ent__event_lexicon *l = b->lexicon;
    l->roles = ent__arena_array(l->arena, t->rows, sizeof *l->roles);
    if (l->roles == NULL) {
        return ent__nomem(b->ctx);
    }
    for (size_t r = 0; r < t->rows; r++) {
        ent__roles *roles = &l->roles[l->role_count++];
        roles->name = cell(t, r, "name");
        roles->source_count = split_roles(l, cell(t, r, "source"), roles->source);
        roles->target_count = split_roles(l, cell(t, r, "target"), roles->target);
        roles->symmetric = cell(t, r, "symmetric").n > 0;
    }
    return ENT_OK;
}

static ent_rc find_roles(builder *b, const ent_table *t, size_t row, uint8_t *out)
{
    ent_str name = cell(t, row, "roles");
    for (size_t i = 0; i < b->lexicon->role_count; i++) {
        if (ent__str_eq(b->lexicon->roles[i].name, name)) {
            *out = (uint8_t)i;
            return ENT_OK;
        }
    }
    return ent__fail(b->ctx, ENT_EINPUT, t->name.p, ent__table_line(t, row),
                     "expected a name of roles.tsv, got \"%.*s\"", ENT_FMT(name));
}

/* An effect cell: CAMEO code, "@operator", "0" or empty. */
static ent_rc find_effect(builder *b, const ent_table *t, size_t row, ent_str text,
                          uint16_t *out_code, uint8_t *out_operator)
{
    *out_code = ENT_NO_CODE;
    *out_operator = ENT_NO_OPERATOR;
    if (text.n == 0 || ent__str_eqz(text, "0")) {
        return ENT_OK;
    }
    if (text.p[0] == '@') {
        ent_str name = ent__arena_str(b->lexicon->arena, ent__str_sub(text, 1, text.n));
        *out_operator =
            name.p == NULL ? ENT_NO_OPERATOR : ent__event_lexicon_operator(b->lexicon, name.p);
    } else {
        *out_code = ent__event_lexicon_code(b->lexicon, text);
    }
    if (*out_code == ENT_NO_CODE && *out_operator == ENT_NO_OPERATOR) {
        return ent__fail(b->ctx, ENT_EINPUT, t->name.p, ent__table_line(t, row),
                         "expected a CAMEO code or @operator, got \"%.*s\"", ENT_FMT(text));
    }
    return ENT_OK;
}

/* ---- operators ----------------------------------------------------------------------------- */

static ent_rc name_operators(builder *b, const ent_table *t)
{
    ent__event_lexicon *l = b->lexicon;
    for (size_t r = 0; r < t->rows; r++) {
        ent_str name = ent__arena_str(l->arena, cell(t, r, "operator"));
        if (name.p == NULL) {
            return ent__nomem(b->ctx);
        }
        if (ent__event_lexicon_operator(l, name.p) == ENT_NO_OPERATOR) {
            if (l->operator_count == ENT_OPERATOR_MAX) {
                return ent__fail(b->ctx, ENT_EINPUT, t->name.p, ent__table_line(t, r),
                                 "expected at most %d operators", ENT_OPERATOR_MAX);
            }
            l->operators[l->operator_count++] = name.p;
        }
    }
    size_t cells = l->operator_count * (l->code_count + 1);
    l->results = ent__arena_array(l->arena, cells, sizeof *l->results);
    if (l->results == NULL) {
        return ent__nomem(b->ctx);
    }
    for (size_t i = 0; i < cells; i++) {
        l->results[i] = ENT_NO_CODE;
    }
    return ENT_OK;
}

static ent_rc build_operators(builder *b)
{
    ent_rc rc = ENT_OK;
    const ent_table *t = table_of(b, "events/operators", &rc);
    if (t == NULL || (rc = name_operators(b, t)) != ENT_OK) {
        return rc;
    }
    ent__event_lexicon *l = b->lexicon;
    /* Rows stand sorted, so a longer beginning comes after the shorter one and wins. */
    for (size_t r = 0; r < t->rows; r++) {
        uint8_t op = ent__event_lexicon_operator(l, cell(t, r, "operator").p);
        ent_str inner = cell(t, r, "inner"), result = cell(t, r, "result");
        uint16_t *line = l->results + op * (l->code_count + 1);
        bool same = ent__str_eqz(result, "="), none = ent__str_eqz(result, "-");
        uint16_t code = same || none ? ENT_NO_CODE : ent__event_lexicon_code(l, result);
        if (!same && !none && code == ENT_NO_CODE) {
            return ent__fail(b->ctx, ENT_EINPUT, t->name.p, ent__table_line(t, r),
                             "expected a CAMEO code, = or -, got \"%.*s\"", ENT_FMT(result));
        }
        if (ent__str_eqz(inner, "*")) {
            line[l->code_count] = code;
            continue;
        }
        for (size_t c = 0; c < l->code_count; c++) {
            if (l->codes[c].code.n >= inner.n &&
                memcmp(l->codes[c].code.p, inner.p, inner.n) == 0) {
                line[c] = same ? (uint16_t)c : code;
            }
        }
    }
    return ENT_OK;
}

/* ---- verbs, nouns, modifiers, markers ------------------------------------------------------ */

static void split_particles(ent__event_lexicon *l, ent_str list, ent__verb *out)
{
    ent_str word;
    while (out->particle_count < 4 && ent__str_split(&list, '|', &word)) {
        if (word.n > 0) {
            out->particles[out->particle_count++] = intern(l, word);
        }
    }
}

static ent_rc build_verb(builder *b, const ent_table *t, size_t r, ent__verb *out)
{
    ent__event_lexicon *l = b->lexicon;
    ent_str object = cell(t, r, "object");
    split_particles(l, cell(t, r, "particle"), out);
    out->of_subject = object.n > 0 && object.p[0] == '^';
    object = out->of_subject ? ent__str_sub(object, 1, object.n) : object;
    if (object.n > 0 && object.p[0] >= 'A' && object.p[0] <= 'Z') {
        out->object_class = class_number(l, object);
    } else {
        out->object_word = intern(l, object);
    }
    out->specific = (uint8_t)((out->particle_count > 0) + 2 * (object.n > 0));
    out->line = ent__table_line(t, r);
    ent_rc rc = find_effect(b, t, r, cell(t, r, "effect"), &out->code, &out->operator);
    return rc == ENT_OK ? find_roles(b, t, r, &out->roles) : rc;
}

static ent_rc build_verbs(builder *b)
{
    ent_rc rc = ENT_OK;
    const ent_table *t = table_of(b, "events/verbs", &rc);
    if (t == NULL) {
        return rc;
    }
    ent__event_lexicon *l = b->lexicon;
    l->verbs = ent__arena_array(l->arena, t->rows, sizeof *l->verbs);
    if (l->verbs == NULL) {
        return ent__nomem(b->ctx);
    }
    l->no_clause = intern(l, ENT_LIT("~"));
    l->name_class = class_number(l, ENT_LIT("NAME"));
    l->sport_class = class_number(l, ENT_LIT("SPORT"));
    l->bad_class = class_number(l, ENT_LIT("BAD"));
    l->good_class = class_number(l, ENT_LIT("GOOD"));
    for (size_t r = 0; r < t->rows && rc == ENT_OK; r++) {
        uint16_t word = intern(l, cell(t, r, "lemma"));
        if (word == 0) {
            return ent__nomem(b->ctx);
        }
        if (l->word[word].verb_count++ == 0) {
            l->word[word].verb_first = (uint32_t)r;
        }
        rc = build_verb(b, t, r, &l->verbs[r]);
        l->verb_count++;
    }
    return rc;
}

static ent_rc build_nouns(builder *b)
{
    ent_rc rc = ENT_OK;
    const ent_table *t = table_of(b, "events/nouns", &rc);
    if (t == NULL) {
        return rc;
    }
    ent__event_lexicon *l = b->lexicon;
    l->nouns = ent__arena_array(l->arena, t->rows, sizeof *l->nouns);
    if (l->nouns == NULL) {
        return ent__nomem(b->ctx);
    }
    for (size_t r = 0; r < t->rows && rc == ENT_OK; r++) {
        uint16_t word = intern(l, cell(t, r, "lemma"));
        if (word == 0) {
            return ent__nomem(b->ctx);
        }
        ent__noun *noun = &l->nouns[l->noun_count];
        ent_str list = cell(t, r, "class"), name;
        for (size_t k = 0; k < 3 && ent__str_split(&list, '|', &name); k++) {
            noun->classes[k] = class_number(l, name);
        }
        noun->bare = ent__str_eqz(cell(t, r, "bare"), "1");
        noun->line = ent__table_line(t, r);
        l->word[word].noun = (int16_t)l->noun_count++;
        rc = find_effect(b, t, r, cell(t, r, "code"), &noun->code, &noun->operator);
        if (rc == ENT_OK) {
            rc = find_roles(b, t, r, &noun->roles);
        }
    }
    return rc;
}

static ent_rc build_modifiers(builder *b)
{
    ent_rc rc = ENT_OK;
    const ent_table *t = table_of(b, "events/modifiers", &rc);
    if (t == NULL) {
        return rc;
    }
    ent__event_lexicon *l = b->lexicon;
    for (size_t r = 0; r < t->rows; r++) {
        ent_str class = cell(t, r, "class"), modifier = cell(t, r, "modifier");
        uint16_t code = ent__event_lexicon_code(l, cell(t, r, "code"));
        ent_str key =
            ent__arena_printf(l->arena, "%u %u", class_number(l, class), intern(l, modifier));
        if (key.p == NULL || !ent__map_put(l->modifiers, key, code)) {
            return ent__nomem(b->ctx);
        }
        if (code == ENT_NO_CODE) {
            return ent__fail(b->ctx, ENT_EINPUT, t->name.p, ent__table_line(t, r),
                             "expected a CAMEO code");
        }
    }
    return ENT_OK;
}

static ent_rc build_markers(builder *b)
{
    static const char *const names[] = {"", "alleged", "hypothetical", "negated", "future", "past"};
    ent_rc rc = ENT_OK;
    const ent_table *t = table_of(b, "events/markers", &rc);
    if (t == NULL) {
        return rc;
    }
    for (size_t r = 0; r < t->rows; r++) {
        uint16_t word = intern(b->lexicon, cell(t, r, "word"));
        ent_str kind = cell(t, r, "certainty");
        if (word == 0) {
            return ent__nomem(b->ctx);
        }
        for (uint8_t k = 1; k < sizeof names / sizeof *names; k++) {
            if (ent__str_eqz(kind, names[k])) {
                b->lexicon->word[word].mark = k;
            }
        }
        if (b->lexicon->word[word].mark == ENT_MARK_NONE) {
            return ent__fail(b->ctx, ENT_EINPUT, t->name.p, ent__table_line(t, r),
                             "expected alleged, hypothetical, negated, future or past");
        }
    }
    return ENT_OK;
}

static ent_rc build_irregular(builder *b)
{
    ent_rc rc = ENT_OK;
    const ent_table *t = table_of(b, "events/irregular", &rc);
    for (size_t r = 0; t != NULL && r < t->rows; r++) {
        uint16_t form = intern(b->lexicon, cell(t, r, "form"));
        uint16_t lemma = intern(b->lexicon, cell(t, r, "lemma"));
        if (form == 0 || lemma == 0) {
            return ent__nomem(b->ctx);
        }
        b->lexicon->word[form].form_of = lemma;
    }
    return rc;
}

/* ---- all of it ----------------------------------------------------------------------------- */

void ent__event_lexicon_free(void *what)
{
    ent__event_lexicon *l = what;
    if (l == NULL) {
        return;
    }
    ent__event_model_free(l->model);
    ent__event_model_free(l->decision);
    ent__map_free(l->words);
    ent__map_free(l->classes);
    ent__map_free(l->modifiers);
    free(l->word);
    ent__arena_free(l->arena);
    free(l);
}

ent_rc ent__event_lexicon_build(ent_ctx *ctx, const ent_kit *kit, ent__event_lexicon **out)
{
    ent__event_lexicon *l = calloc(1, sizeof *l);
    if (l == NULL) {
        return ent__nomem(ctx);
    }
    l->arena = ent__arena_new();
    l->kit = kit;
    l->words = ent__map_new(2048);
    l->classes = ent__map_new(128);
    l->modifiers = ent__map_new(256);
    l->word = ent__grow(NULL, 0, &l->word_capacity, sizeof *l->word);
    if (l->arena == NULL || l->words == NULL || l->classes == NULL || l->modifiers == NULL ||
        l->word == NULL) {
        ent__event_lexicon_free(l);
        return ent__nomem(ctx);
    }
    l->word[l->word_count++] = (ent__event_word){.noun = -1}; /* number 0: no word */
    l->places = ent__kit_table(kit, "actors/places");
    builder b = {ctx, kit, l};
    ent_rc (*const steps[])(builder *) = {build_codes, build_operators, build_roles,  build_nouns,
                                          build_verbs, build_modifiers, build_markers,
                                          build_irregular};
    ent_rc rc = ENT_OK;
    for (size_t i = 0; i < sizeof steps / sizeof *steps && rc == ENT_OK; i++) {
        rc = steps[i](&b);
    }
    if (rc != ENT_OK) {
        ent__event_lexicon_free(l);
        return rc;
    }
    *out = l;
    return ENT_OK;
}

const ent__event_lexicon *ent__event_lexicon_of(const ent_kit *kit)
{
    return ent__kit_extra(kit, "events");
}
