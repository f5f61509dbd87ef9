/* jobs: one queue of texts to be read, one thread that reads them. */
#ifndef ENT_SERVE_JOBS_H
#define ENT_SERVE_JOBS_H

#include "serve.h"

typedef enum { SERVE_JOB_QUEUED, SERVE_JOB_READING, SERVE_JOB_STORING, SERVE_JOB_DONE,
               SERVE_JOB_FAILED } serve_job_state;

/* What is to be read.  Texts are copied; date is ISO or empty. */
typedef struct {
    ent_str text, id, title, date, url;
} serve_job_text;

typedef struct {
    serve_job_state state;
    char document[512], put[16], error[256];
    int64_t events, statements, ahead; /* ahead: jobs that come first */
    int64_t at;                        /* of the last change, seconds since 1970 */
} serve_job_report;

/* Puts a text at the queue's end; *out 0: the queue is full.  ENT_ENOMEM. */
ent_rc serve__job_put(serve_call *call, const serve_job_text *text, int64_t *out);
/* False: there is (no longer) such a job; the last 256 are remembered. */
bool serve__job_ask(serve_call *call, int64_t job, serve_job_report *out);

#endif
