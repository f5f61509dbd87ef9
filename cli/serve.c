/* entente serve: the local web app over a store: runs until SIGTERM or SIGINT. */
#include <signal.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "../serve/serve.h"
#include "cli.h"

static ent_rc take_options(const ent_cli *cli, serve_options *out)
{
    int64_t port, threads, days;
    ent_rc rc = ent__cli_int(cli, "port", 0, 65535, 8808, &port);
    rc = rc == ENT_OK ? ent__cli_int(cli, "threads", 1, 64, 4, &threads) : rc;
    rc = rc == ENT_OK ? ent__cli_int(cli, "comments-days", 0, 36500, 30, &days) : rc;
    if (rc != ENT_OK) {
        return rc;
    }
    *out = (serve_options){
        .store_path = ent__cli_option(cli, "store", NULL),
        .app_path = ent__cli_option(cli, "app", NULL),
        .host = ent__cli_option(cli, "host", NULL),
        .public_name = ent__cli_option(cli, "public-name", NULL),
        .votes_path = ent__cli_option(cli, "votes", NULL),
        .port = (uint16_t)port,
        .threads = (unsigned)threads,
        .comments_days = (unsigned)days,
        .proxy = ent__cli_flag(cli, "proxy"),
    };
    if (out->store_path == NULL) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "serve: expected --store DB (it is made when missing)");
    }
    return cli->argument_count == 0 ? ENT_OK
                                    : ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                                                "serve: takes no words, only options (see --help)");
}

static ent_rc answer_until_told(const ent_cli *cli, serve_app *app, const sigset_t *ends)
{
    serve_http *http;
    ent_rc rc = serve__http_start(cli->ctx, app, &http);
    if (rc != ENT_OK) {
        return rc;
    }
    const char *host = serve__app_options(app)->host;
    bool six = strchr(host, ':') != NULL;
    fprintf(stderr, "entente serve: http://%s%s%s:%u/ (Ctrl-C ends it)\n", six ? "[" : "", host,
            six ? "]" : "", serve__http_port(http));
    /* OpenBLAS has threads of its own from before main, which leave nothing blocked: a second
     * signal (timeout and service managers send two) would end the program there, amid the stop. */
    signal(SIGINT, SIG_IGN);
    signal(SIGTERM, SIG_IGN);
    int got;
    sigwait(ends, &got);
    fputs("entente serve: ending what runs\n", stderr);
    serve__http_stop(http);
    return ENT_OK;
}

/* One line of standard input; from a terminal it is not shown. */
static bool read_password(char *out, size_t size)
{
    struct termios shown, hidden;
    bool terminal = tcgetattr(STDIN_FILENO, &shown) == 0;
    if (terminal) {
        fputs("Password (at least 10 characters): ", stderr);
        hidden = shown;
        hidden.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
    }
    bool got = fgets(out, (int)size, stdin) != NULL;
    if (terminal) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
        fputc('\n', stderr);
    }
    out[got ? strcspn(out, "\r\n") : 0] = '\0';
    return got;
}

static ent_rc add_user(const ent_cli *cli, serve_app *app)
{
    const char *name = ent__cli_option(cli, "add-user", NULL);
    const char *role = ent__cli_option(cli, "role", "analyst");
    char password[512];
    sigset_t interrupt;
    sigemptyset(&interrupt);
    sigaddset(&interrupt, SIGINT);
    pthread_sigmask(SIG_UNBLOCK, &interrupt, NULL); /* Ctrl-C ends the question */
    if (!read_password(password, sizeof password)) {
        return ent__fail(cli->ctx, ENT_EUSAGE, NULL, 0,
                         "--add-user: expected the password as one line of standard input");
    }
    ent_rc rc = serve__account_put(cli->ctx, app, name, role, password);
    explicit_bzero(password, sizeof password);
    if (rc == ENT_OK) {
        fprintf(stderr, "entente serve: %s may log in as %s\n", name, role);
    }
    return rc;
}

static ent_rc run(ent_cli *cli)
{
    serve_options options;
    ent_kit *kit = NULL;
    serve_app *app = NULL;
    ent_rc rc = take_options(cli, &options);
    rc = rc == ENT_OK ? ent__cli_kit(cli, &kit) : rc;
    /* Before any thread is started: all of them leave these signals to the one that waits. */
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGINT);
    sigaddset(&ends, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &ends, NULL);
    rc = rc == ENT_OK ? serve__app_open(cli->ctx, kit, &options, &app) : rc;
    if (rc == ENT_OK) {
        bool adding = ent__cli_option(cli, "add-user", NULL) != NULL;
        rc = adding ? add_user(cli, app) : answer_until_told(cli, app, &ends);
    }
    serve__app_close(app);
    ent_kit_free(kit);
    return rc;
}

static const ent_option options[] = {
    {"store", "DB", "the store to work on; made when missing"},
    {"app", "FILE", "accounts, briefs, comments (default: DB.app)"},
    {"port", "N", "port (default 8808; 0: any free one)"},
    {"host", "ADDRESS", "address to listen on (default 127.0.0.1: this machine only)"},
    {"public-name", "NAME", "host name under which a proxy makes it public"},
    {"proxy", NULL, "a TLS proxy stands in front: believe its X-Forwarded-For"},
    {"threads", "N", "threads that answer (default 4)"},
    {"comments-days", "N", "comments close N days after publication (default 30; 0: never)"},
    {"add-user", "NAME", "add an account (or give it a new password) and end; see --role"},
    {"role", "ROLE", "of --add-user: analyst (default), moderator or admin"},
    {"votes", "FILE", "UN roll calls for the votes page (default: those of the store)"},
    {0},
};

const ent_command ent__command_serve = {
    .name = "serve",
    .summary = "The web app: analysts work, readers read and comment",
    .usage = "entente serve --store DB [--port N] [--host ADDRESS] [--app FILE]\n"
             "  entente serve --store DB --add-user NAME [--role analyst|moderator|admin]",
    .examples = "  entente serve --store news.db              # http://127.0.0.1:8808/\n"
                "  entente serve --store news.db --add-user anna --role admin\n"
                "  entente serve --store news.db --port 9000 --comments-days 14\n",
    .options = options,
    .run = run,
};
