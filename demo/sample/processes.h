/* What the sample app does instead of serving HTTP, chosen by its first argument:
 *
 *   work HOST PORT SECONDS    asks http://HOST:PORT/job (HOST: an IPv4 address) for a job: 200 with its
 *                             name, or 204 for none; works SECONDS on it and posts /done/NAME. On SIGTERM
 *                             it ends the job at hand and takes no other
 *   chatter LINES SECONDS     writes LINES numbered lines a second for SECONDS, then waits. On SIGTERM it
 *                             says how many it has written
 *   eat MEGABYTES             takes that much memory, 16 MB a second, then waits
 *   crash SECONDS             exits with 3 after SECONDS
 *   burn                      uses all the CPU it can
 *
 * All of them end with 0 on SIGTERM.
 */
#define ANSWER_SIZE 4096
#define MEGABYTES_A_SECOND 16
#define SECONDS_BETWEEN_TRIES 0.2

static double seconds_now(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void wait_for_stop(void) {
    while (!atomic_load(&stopping)) sleep_milliseconds(POLL_MILLISECONDS);
}

static int connect_to(const char *host, const char *port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(port))};
    if (inet_pton(AF_INET, host, &address.sin_addr) != 1) return -1;
    int server = socket(AF_INET, SOCK_STREAM, 0);
    if (connect(server, (struct sockaddr *)&address, sizeof address) == 0) return server;
    close(server);
    return -1;
}

/* One request on a connection of its own. Returns the status, or -1; `body` takes the answer's first word. */
static int ask(const char *host, const char *port, const char *method, const char *path, char body[64]) {
    char request[512], answer[ANSWER_SIZE];
    int server = connect_to(host, port), status = -1, length;
    size_t filled = 0;
    ssize_t got;
    if (server < 0) return -1;
    length = snprintf(request, sizeof request,
                      "%s %s HTTP/1.1\r\nHost: %s:%s\r\nUser-Agent: sample-app %s\r\n"
                      "Content-Length: 0\r\nConnection: close\r\n\r\n",
                      method, path, host, port, VERSION);
    if (send_all(server, request, (size_t)length) == 0) {
        while (filled < sizeof answer - 1 &&
               (got = recv(server, answer + filled, sizeof answer - 1 - filled, 0)) > 0)
            filled += (size_t)got;
        answer[filled] = '\0';
        sscanf(answer, "HTTP/1.%*d %d", &status);
        char *text = strstr(answer, "\r\n\r\n");
        if (text == NULL || sscanf(text, " %63s", body) != 1) body[0] = '\0';
    }
    close(server);
    return status;
}

static void report(const char *host, const char *port, const char *job) {
    char path[128], ignored[64];
    snprintf(path, sizeof path, "/done/%s", job);
    for (int tries = 0; tries < 20 && ask(host, port, "POST", path, ignored) / 100 != 2; tries++)
        sleep_milliseconds((long)(SECONDS_BETWEEN_TRIES * 1000));
}

static int work(const char *host, const char *port, double seconds) {
    char job[64];
    printf("worker %s asks %s:%s for jobs\n", VERSION, host, port);
    while (!atomic_load(&stopping)) {
        if (ask(host, port, "GET", "/job", job) != 200 || job[0] == '\0') {
            sleep_milliseconds((long)(SECONDS_BETWEEN_TRIES * 1000));
            continue;
        }
        printf("job %s begins\n", job);
        sleep_milliseconds((long)(seconds * 1000));
        report(host, port, job);
        printf("job %s is done\n", job);
    }
    printf("worker %s stopped\n", VERSION);
    return 0;
}

static int chatter(double lines_a_second, double seconds) {
    double begun = seconds_now();
    long total = (long)(lines_a_second * seconds), written = 0;
    while (written < total && !atomic_load(&stopping)) {
        long due = (long)((seconds_now() - begun) * lines_a_second) + 1;
        while (written < due && written < total) printf("line %ld\n", ++written);
        sleep_milliseconds(5);
    }
    wait_for_stop();
    printf("stopped after line %ld\n", written);
    return 0;
}

static void eat(long megabytes) {
    for (long eaten = 0; eaten < megabytes && !atomic_load(&stopping); eaten++) {
        char *memory = malloc(1 << 20);
        if (memory != NULL) memset(memory, 1, 1 << 20);
        sleep_milliseconds(1000 / MEGABYTES_A_SECOND);
    }
    printf("ate %ld MB\n", megabytes);
}

static int crash(double seconds) {
    double end = seconds_now() + seconds;
    printf("this process exits with 3 after %g seconds\n", seconds);
    while (seconds_now() < end) {
        if (atomic_load(&stopping)) return 0;
        sleep_milliseconds(POLL_MILLISECONDS);
    }
    fprintf(stderr, "fatal: it was asked to crash\n");
    return 3;
}

static int burn(void) {
    volatile unsigned long turns = 0;
    while (!atomic_load(&stopping)) turns++;
    return 0;
}

/* Runs what the arguments ask for and returns its exit status, or -1 where they ask for nothing of this. */
static int other_process(int count, char **words) {
    if (count == 5 && strcmp(words[1], "work") == 0) return work(words[2], words[3], atof(words[4]));
    if (count == 4 && strcmp(words[1], "chatter") == 0) return chatter(atof(words[2]), atof(words[3]));
    if (count == 3 && strcmp(words[1], "crash") == 0) return crash(atof(words[2]));
    if (count == 2 && strcmp(words[1], "burn") == 0) return burn();
    if (count == 3 && strcmp(words[1], "eat") == 0) {
        eat(atol(words[2]));
        wait_for_stop();
        return 0;
    }
    return -1;
}
