/* Ordered worker pool: threads take the next index under one lock. */
#include <pthread.h>
#include <stdlib.h>

#include "base.h"

typedef struct {
    pthread_mutex_t lock;
    size_t next, count;
    int (*work)(void *job, size_t index, unsigned worker);
    void *job;
    int failed;
} pool;

typedef struct {
    pool *pool;
    unsigned number;
    pthread_t thread;
} worker;

static void *run(void *given)
{
    worker *w = given;
    pool *p = w->pool;
    for (;;) {
        pthread_mutex_lock(&p->lock);
        size_t index = p->failed ? p->count : p->next;
        p->next += index < p->count;
        pthread_mutex_unlock(&p->lock);
        if (index >= p->count) {
            return NULL;
        }
        int rc = p->work(p->job, index, w->number);
        if (rc != 0) {
            pthread_mutex_lock(&p->lock);
            p->failed = p->failed ? p->failed : rc;
            pthread_mutex_unlock(&p->lock);
        }
    }
}

int ent__pool_run(unsigned threads, size_t count,
                  int (*work)(void *job, size_t index, unsigned worker), void *job)
{
    pool p = {.lock = PTHREAD_MUTEX_INITIALIZER, .count = count, .work = work, .job = job};
    worker *workers = threads > 1 ? calloc(threads, sizeof *workers) : NULL;
    unsigned started = 0;
    for (unsigned i = 1; workers != NULL && i < threads; i++) {
        workers[i] = (worker){.pool = &p, .number = i};
        if (pthread_create(&workers[i].thread, NULL, run, &workers[i]) != 0) {
            break; /* fewer threads, same result */
        }
        started = i;
    }
    worker self = {.pool = &p};
    run(&self);
    for (unsigned i = 1; i <= started; i++) {
        pthread_join(workers[i].thread, NULL);
    }
    free(workers);
    return p.failed;
}
