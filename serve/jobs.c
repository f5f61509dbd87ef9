/* jobs: pasted texts wait in one queue and are read one after the other by one thread with a
 * context of its own; what was read is stored through the one writer.  In: text with what the
 * analyst says of it.  Out: the state of each job.  Cost: that of reading; a text of 1 MiB at most,
 * 32 waiting at most. */
#include "jobs.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "../src/read/read.h"
#include "groups.h"

enum { WAITING_MOST = 32, REMEMBERED = 256, TEXT_MOST = 1 << 20 };

typedef struct {
    int64_t number; /* 0: never used */
    serve_job_report report;
    ent_arena *arena; /* of the texts, until they are read */
    serve_job_text text;
} job;

typedef struct {
    serve_app *app;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t changed;
    job jobs[REMEMBERED]; /* number n lies at n % REMEMBERED */
    int64_t last, next;   /* last number given; next to be read */
    bool stopping, running;
} queue;

static const char jobs_name[] = "jobs";

static void set_state(queue *q, job *j, serve_job_state state)
{
    pthread_mutex_lock(&q->lock);
    j->report.state = state;
    j->report.at = serve__app_now(q->app);
    pthread_mutex_unlock(&q->lock);
}

typedef struct {
    const ent_kit *kit;
    const ent_doc *doc;
    ent_put put;
} storing;

static ent_rc store_document(ent_ctx *ctx, ent_store *writer, void *user)
{
    storing *s = user;
    return ent__store_put_document(ctx, writer, s->kit, s->doc, &s->put);
}

/* What the analyst says of the text stands above what it says of itself. */
static ent_rc prepare(ent_ctx *ctx, const ent_kit *kit, const serve_job_text *given, ent_doc *doc)
{
    ent_rc rc = ent__text_read(ctx, kit, doc->arena, given->text, given->id, &doc->text);
    if (rc != ENT_OK) {
        return rc;
    }
    const struct {
        ent_str from, *to;
    } said[] = {{given->title, &doc->text.title}, {given->url, &doc->text.url}};
    for (size_t i = 0; i < sizeof said / sizeof *said; i++) {
        if (said[i].from.n > 0) {
            *said[i].to = ent__arena_str(doc->arena, said[i].from);
        }
    }
    if (given->date.n > 0) {
        ent__date_parse(given->date, &doc->text.date);
    }
    doc->text.source = ENT_LIT("app");
    if (ent__str_trim(doc->text.text).n == 0) {
        return ent__fail(ctx, ENT_EINPUT, NULL, 0, "no text was found in it");
    }
    return doc->text.text.n <= TEXT_MOST
               ? ENT_OK
               : ent__fail(ctx, ENT_EINPUT, NULL, 0, "the text is longer than 1 MiB");
}

static ent_rc read_job(queue *q, ent_ctx *ctx, job *j, storing *out)
{
    ent_doc *doc = NULL;
    const ent_kit *kit = serve__app_kit(q->app);
    ent_rc rc = ent__doc_new(ctx, &doc);
    rc = rc == ENT_OK ? prepare(ctx, kit, &j->text, doc) : rc;
    rc = rc == ENT_OK ? ent__doc_read(ctx, kit, doc) : rc;
    if (rc == ENT_OK) {
        set_state(q, j, SERVE_JOB_STORING);
        *out = (storing){.kit = kit, .doc = doc};
        rc = serve__app_with_writer(q->app, ctx, store_document, out);
    }
    if (rc == ENT_OK) {
        j->report.events = (int64_t)doc->events->event_count;
        j->report.statements = (int64_t)doc->statements->statement_count;
    }
    ent_doc_free(doc);
    return rc;
}

static void run_job(queue *q, ent_ctx *ctx, job *j)
{
    static const char *const puts[] = {"new", "same", "reread", "revised"};
    storing s = {0};
    set_state(q, j, SERVE_JOB_READING);
    ent_rc rc = read_job(q, ctx, j, &s);
    pthread_mutex_lock(&q->lock);
    j->report.state = rc == ENT_OK ? SERVE_JOB_DONE : SERVE_JOB_FAILED;
    j->report.at = serve__app_now(q->app);
    if (rc == ENT_OK) {
        snprintf(j->report.document, sizeof j->report.document, "%.*s", ENT_FMT(j->text.id));
        snprintf(j->report.put, sizeof j->report.put, "%s", puts[s.put]);
    } else {
        bool ours = rc == ENT_EINPUT || rc == ENT_EUSAGE; /* paths and the like stay inside */
        snprintf(j->report.error, sizeof j->report.error, "%s",
                 ours ? ent_ctx_message(ctx) : "it could not be stored just now");
    }
    ent__arena_free(j->arena);
    j->arena = NULL;
    pthread_mutex_unlock(&q->lock);
    ent__arena_reset(ent__ctx_scratch(ctx));
}

static void *work(void *user)
{
    queue *q = user;
    ent_ctx *ctx;
    if (ent_ctx_new(&ctx) != ENT_OK) {
        return NULL;
    }
    pthread_mutex_lock(&q->lock);
    while (!q->stopping) {
        if (q->next > q->last) {
            pthread_cond_wait(&q->changed, &q->lock);
            continue;
        }
        job *j = &q->jobs[q->next % REMEMBERED];
        pthread_mutex_unlock(&q->lock);
        run_job(q, ctx, j);
        pthread_mutex_lock(&q->lock);
        q->next++;
    }
    pthread_mutex_unlock(&q->lock);
    ent_ctx_free(ctx);
    return NULL;
}

/* The job that runs is finished; those that wait are given up (their texts are the analyst's). */
static void close_queue(void *extra)
{
    queue *q = extra;
    pthread_mutex_lock(&q->lock);
    q->stopping = true;
    pthread_cond_broadcast(&q->changed);
    pthread_mutex_unlock(&q->lock);
    if (q->running) {
        pthread_join(q->thread, NULL);
    }
    for (size_t i = 0; i < REMEMBERED; i++) {
        ent__arena_free(q->jobs[i].arena);
    }
    pthread_mutex_destroy(&q->lock);
    pthread_cond_destroy(&q->changed);
    free(q);
}

ent_rc serve__jobs_open(ent_ctx *ctx, serve_app *app)
{
    queue *q = calloc(1, sizeof *q);
    if (q == NULL) {
        return ent__nomem(ctx);
    }
    q->app = app;
    q->next = 1;
    pthread_mutex_init(&q->lock, NULL);
    pthread_cond_init(&q->changed, NULL);
    q->running = pthread_create(&q->thread, NULL, work, q) == 0;
    if (!q->running) {
        close_queue(q);
        return ent__nomem(ctx);
    }
    return serve__app_attach(ctx, app, jobs_name, q, close_queue);
}

static bool copy_texts(job *j, const serve_job_text *given)
{
    const ent_str from[] = {given->text, given->id, given->title, given->date, given->url};
    ent_str *const to[] = {&j->text.text, &j->text.id, &j->text.title, &j->text.date, &j->text.url};
    for (size_t i = 0; i < sizeof from / sizeof *from; i++) {
        *to[i] = ent__arena_str(j->arena, from[i]);
        if (to[i]->p == NULL) {
            return false;
        }
    }
    return true;
}

ent_rc serve__job_put(serve_call *call, const serve_job_text *text, int64_t *out)
{
    queue *q = serve__app_extra(serve__app(call), jobs_name);
    job fresh = {.arena = ent__arena_new(), .report = {.at = serve__now(call)}};
    *out = 0;
    if (fresh.arena == NULL || !copy_texts(&fresh, text)) {
        ent__arena_free(fresh.arena);
        return ent__nomem(serve__ctx(call));
    }
    pthread_mutex_lock(&q->lock);
    if (q->last - q->next + 1 < WAITING_MOST) {
        *out = ++q->last;
        fresh.number = *out;
        q->jobs[*out % REMEMBERED] = fresh;
        pthread_cond_signal(&q->changed);
    }
    pthread_mutex_unlock(&q->lock);
    if (*out == 0) {
        ent__arena_free(fresh.arena);
    }
    return ENT_OK;
}

bool serve__job_ask(serve_call *call, int64_t number, serve_job_report *out)
{
    queue *q = serve__app_extra(serve__app(call), jobs_name);
    if (number < 1) {
        return false;
    }
    pthread_mutex_lock(&q->lock);
    const job *j = &q->jobs[number % REMEMBERED];
    bool known = j->number == number;
    if (known) {
        *out = j->report;
        out->ahead = number > q->next ? number - q->next : 0;
    }
    pthread_mutex_unlock(&q->lock);
    return known;
}
