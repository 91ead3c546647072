/* The sample app of `make demo`: a small HTTP/1.1 server with nothing else in its image.
 *
 *   /            the version it was built as
 *   /health      200, or 503 in the image that never gets well
 *   /slow        answers after two seconds, or after ?seconds=N
 *   /events      a server-sent event every half second, until the client leaves
 *   /say?TEXT    writes TEXT (percent-encoded) to its log as a line
 *   /sick        is unhealthy from then on
 *   /crash       exits with 3, without an answer
 *   /eat?megabytes=N   takes that much memory
 *
 * It keeps connections alive, answers each on a thread of its own, and on SIGTERM takes no new
 * request, ends those in flight and exits with 0, as a good app does. A stream of events then gets
 * its proper end, so that a client can tell it from one that was cut.
 *
 * With words for it, it is a process of another type: see processes.h.
 *
 * With the environment variable HEALTH_HOST, /health answers 400 to a request whose Host does not begin with it.
 *
 * VERSION is what it calls itself. BEHAVIOUR is 0 (well), 1 (exits at start), 2 (never healthy). With the environment
 * variable EXIT_AT_START it exits at start too.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifndef VERSION
#define VERSION "v1"
#endif
#ifndef BEHAVIOUR
#define BEHAVIOUR 0
#endif

#define REQUEST_SIZE 16384
#define IDLE_SECONDS 60
#define POLL_MILLISECONDS 100

static atomic_int stopping;
static atomic_int in_flight;
static atomic_int sick = BEHAVIOUR == 2;

static void ask_to_stop(int signal_number) {
    (void)signal_number;
    atomic_store(&stopping, 1);
}

static void sleep_milliseconds(long milliseconds) {
    struct timespec left = {milliseconds / 1000, (milliseconds % 1000) * 1000000L};
    while (nanosleep(&left, &left) < 0 && errno == EINTR) {
    }
}

static int send_all(int client, const char *bytes, size_t length) {
    while (length > 0) {
        ssize_t sent = send(client, bytes, length, MSG_NOSIGNAL);
        if (sent <= 0) return -1;
        bytes += sent;
        length -= (size_t)sent;
    }
    return 0;
}

#include "processes.h"

static const char *instance(void) {
    const char *number = getenv("PVDIFY_INSTANCE");
    return number ? number : "";
}

static int answer(int client, const char *status, const char *body, int keep_alive) {
    char response[1024];
    const char *connection = keep_alive ? "keep-alive" : "close";
    int length = snprintf(response, sizeof response,
                          "HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\n"
                          "X-App-Version: %s\r\nX-App-Instance: %s\r\nConnection: %s\r\n\r\n%s",
                          status, strlen(body), VERSION, instance(), connection, body);
    return send_all(client, response, (size_t)length);
}

/* Chunked: only the last, empty chunk is an end. A connection that closes before it was cut. */
static void stream_events(int client) {
    char head[512], event[64], chunk[128];
    snprintf(head, sizeof head,
             "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\n"
             "X-App-Version: %s\r\nX-App-Instance: %s\r\nTransfer-Encoding: chunked\r\n"
             "Connection: close\r\n\r\n",
             VERSION, instance());
    if (send_all(client, head, strlen(head)) < 0) return;
    for (int number = 1; !atomic_load(&stopping); number++) {
        int length = snprintf(event, sizeof event, "id: %d\ndata: %s\n\n", number, VERSION);
        snprintf(chunk, sizeof chunk, "%x\r\n%s\r\n", (unsigned)length, event);
        if (send_all(client, chunk, strlen(chunk)) < 0) return;
        sleep_milliseconds(500);
    }
    send_all(client, "0\r\n\r\n", 5);
}

/* Waits for bytes; gives up when the client is idle for long, or when it is time to stop. */
static int readable(int client) {
    struct pollfd waiting = {client, POLLIN, 0};
    for (int waited = 0; waited < IDLE_SECONDS * 1000; waited += POLL_MILLISECONDS) {
        int ready = poll(&waiting, 1, POLL_MILLISECONDS);
        if (ready > 0) return 1;
        if (ready < 0 && errno != EINTR) return 0;
        if (atomic_load(&stopping)) return 0;
    }
    return 0;
}

/* Reads one request's head, and its body where it names a Content-Length. Returns 0 at the end. */
static int read_request(int client, char *request) {
    size_t filled = 0;
    char *end_of_head = NULL;
    while (end_of_head == NULL) {
        if (filled == REQUEST_SIZE - 1 || (filled == 0 && !readable(client))) return 0;
        ssize_t got = recv(client, request + filled, REQUEST_SIZE - 1 - filled, 0);
        if (got <= 0) return 0;
        filled += (size_t)got;
        request[filled] = '\0';
        end_of_head = strstr(request, "\r\n\r\n");
    }
    char *length_header = strcasestr(request, "\r\ncontent-length:");
    long body = length_header ? strtol(length_header + 17, NULL, 10) : 0;
    long have = (long)(filled - (size_t)(end_of_head + 4 - request));
    char discarded[4096];
    while (have < body) {
        ssize_t got = recv(client, discarded, sizeof discarded, 0);
        if (got <= 0) return 0;
        have += got;
    }
    return 1;
}

/* Writes the percent-encoded text up to the next space as one line. */
static void say(const char *text) {
    char line[1024];
    size_t length = 0;
    for (; *text && *text != ' ' && length < sizeof line - 1; text++) {
        unsigned code;
        if (*text == '%' && sscanf(text + 1, "%2x", &code) == 1) {
            line[length++] = (char)code;
            text += 2;
        } else {
            line[length++] = *text;
        }
    }
    line[length++] = '\n';
    fwrite(line, 1, length, stdout);
    fflush(stdout);
}

/* Whether the request's Host is one that /health answers, as frameworks have it that allow some hosts alone. */
static int host_is_allowed(const char *request) {
    const char *wanted = getenv("HEALTH_HOST"), *host = strcasestr(request, "\r\nhost: ");
    return wanted == NULL || (host != NULL && strncmp(host + 8, wanted, strlen(wanted)) == 0);
}

static int serve_request(int client, const char *request) {
    int keep_alive = strcasestr(request, "\r\nconnection: close") == NULL && !atomic_load(&stopping);
    const char *path = strchr(request, ' ');
    path = path ? path + 1 : "";
    if (strncmp(path, "/health", 7) == 0) {
        if (!host_is_allowed(request)) return answer(client, "400 Bad Request", "another host\n", 0);
        return atomic_load(&sick) ? answer(client, "503 Service Unavailable", "sick\n", 0)
                                  : answer(client, "200 OK", "healthy\n", keep_alive) == 0 && keep_alive;
    }
    if (strncmp(path, "/crash", 6) == 0) {
        fprintf(stderr, "fatal: a request asked for it\n");
        _exit(3);
    }
    if (strncmp(path, "/sick", 5) == 0) atomic_store(&sick, 1);
    if (strncmp(path, "/say?", 5) == 0) say(path + 5);
    if (strncmp(path, "/eat?megabytes=", 15) == 0) eat(strtol(path + 15, NULL, 10));
    if (strncmp(path, "/events", 7) == 0) {
        stream_events(client);
        return 0;
    }
    if (strncmp(path, "/slow", 5) == 0) {
        long seconds = strncmp(path, "/slow?seconds=", 14) == 0 ? strtol(path + 14, NULL, 10) : 2;
        sleep_milliseconds(1000 * (seconds < 0 ? 0 : seconds > 60 ? 60 : seconds));
        keep_alive = keep_alive && !atomic_load(&stopping);
    }
    return answer(client, "200 OK", "Hello from pvdify's sample app, " VERSION "\n", keep_alive) == 0 && keep_alive;
}

static void *serve_client(void *argument) {
    int client = (int)(long)argument;
    char request[REQUEST_SIZE];
    int no_delay = 1;
    setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &no_delay, sizeof no_delay);
    while (read_request(client, request) && serve_request(client, request)) {
    }
    close(client);
    atomic_fetch_sub(&in_flight, 1);
    return NULL;
}

static int listen_on(int port) {
    int listener = socket(AF_INET, SOCK_STREAM, 0);
    int reuse = 1;
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)port)};
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
    if (bind(listener, (struct sockaddr *)&address, sizeof address) < 0 || listen(listener, 1024) < 0) {
        perror("cannot listen");
        exit(1);
    }
    return listener;
}

static void accept_clients(int listener) {
    struct pollfd waiting = {listener, POLLIN, 0};
    pthread_attr_t detached;
    pthread_attr_init(&detached);
    pthread_attr_setdetachstate(&detached, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&detached, 256 * 1024);
    while (!atomic_load(&stopping)) {
        if (poll(&waiting, 1, POLL_MILLISECONDS) <= 0) continue;
        int client = accept(listener, NULL, NULL);
        if (client < 0) continue;
        pthread_t thread;
        atomic_fetch_add(&in_flight, 1);
        if (pthread_create(&thread, &detached, serve_client, (void *)(long)client) != 0) {
            atomic_fetch_sub(&in_flight, 1);
            close(client);
        }
    }
}

int main(int count, char **words) {
    setvbuf(stdout, NULL, _IOLBF, 0);
    if (BEHAVIOUR == 1) {
        fprintf(stderr, "fatal: this image was built to exit at start\n");
        return 3;
    }
    if (getenv("EXIT_AT_START")) {
        fprintf(stderr, "fatal: the environment says EXIT_AT_START\n");
        return 3;
    }
    struct sigaction stop = {.sa_handler = ask_to_stop};
    sigaction(SIGTERM, &stop, NULL);
    sigaction(SIGINT, &stop, NULL);
    signal(SIGPIPE, SIG_IGN);
    int status = other_process(count, words);
    if (status >= 0) return status;
    const char *port = getenv("PORT");
    int listener = listen_on(port ? atoi(port) : 8080);
    printf("sample app %s listens on port %s\n", VERSION, port ? port : "8080");
    accept_clients(listener);
    close(listener);
    for (int waited = 0; atomic_load(&in_flight) > 0 && waited < 30000; waited += POLL_MILLISECONDS)
        sleep_milliseconds(POLL_MILLISECONDS);
    printf("sample app %s stopped\n", VERSION);
    return 0;
}
