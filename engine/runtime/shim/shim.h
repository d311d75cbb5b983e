/* Parts of the shim share this header; shim.c describes the program. */
#ifndef DAVIT_SHIM_H
#define DAVIT_SHIM_H

#define _GNU_SOURCE
#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

/* Raised only for a change that an older server could not read; a server speaks with every version up to its own. */
#define PROTOCOL 1

#define CHUNK 65536
#define FRAME_MAX (CHUNK - 8)

enum frame_in { IN_STDIN = 0, IN_STDIN_END = 1, IN_RESIZE = 2, IN_ATTACH = 3 };
enum frame_out {
	OUT_STDOUT = 1,
	OUT_STDERR = 2,
	OUT_HELLO = 16,
	OUT_STDIN_ACK = 17,
	OUT_STARTED = 18,
	OUT_FAILED = 19,
	OUT_EXIT = 20,
	OUT_DELETED = 21,
};
/* What a client of the socket receives: only events; output, cut off when it lags; output, slowing the process down. */
enum mode { MODE_EVENTS = 0, MODE_DROP = 1, MODE_BLOCK = 2 };

/* io.c */
extern int epoll_fd;
void watch(int fd, uint32_t events, void *tag, int op);
void drop_fd(int *fd);
void set_nonblocking(int fd, bool on);
const char *option(int argc, char **argv, const char *name, const char *fallback);
int listen_at(const char *name);
void write_file(const char *name, const char *text, size_t size);
void sync_file(const char *name);
bool out_of_memory(const char *oom_file);
long now_ms(void);

/* sealed.c */
int sealed_copy(const char *path);

/* wake.c */
pid_t wake_groups(const char *procs_file);

/* clients.c */
struct client;
extern struct client *clients;
struct client *client_add(int fd, enum mode mode);
void client_handle(struct client *client, uint32_t events);
void clients_send(enum frame_out type, const void *data, size_t size);
void clients_resume_stdin(void);
bool clients_want_pause(void);
void clients_sweep(void);
void clients_drain(void);
bool clients_watching(void);

/* stdin.c */
bool stdin_has_room(void);
void stdin_push(const void *data, size_t size);
void stdin_end(void);
void stdin_flush(void);

/* log.c */
/* UTC with nanoseconds; answers with the second. */
time_t format_time(char *out, size_t size);
void log_start(const char *path, long max_bytes, int max_files);
void log_write(int stream, const char *data, size_t size);

/* journal.c */
void journal_start(const char *socket_path, const char *fields_path);
void journal_write(int stream, const char *data, size_t size);
void journal_flush(void);
int journal_wait(void);
void journal_drain(long limit_ms);

/* runtime.c */
struct runtime {
	const char *program, *root, *id;
	/* What is run: a container, or with `process` one more process in it. */
	const char *bundle, *process;
	bool crun, hide_unified;
	/* -1 while it does not run. */
	pid_t pid;
};
extern struct runtime runtime;
void runtime_start(const char *pid_file, const char *console, int in, int out, int err);
void runtime_listen(void);
void runtime_fail(void);
const char *runtime_said(size_t *size);
void runtime_forget(void);
void runtime_delete(void);

/* output.c */
extern int stdout_fd, stderr_fd;
void output_pass_on(enum frame_out stream, const char *data, size_t size);
bool output_pump(int *fd, enum frame_out stream);
void output_apply_pause(void);
void output_watch_stderr(void);
bool output_paused(void);

/* shim.c */
extern int stdin_fd, null_fd;
extern bool tty, stdin_open, stdin_once, stdin_pending;
void fail(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
size_t describe(char *out, size_t size, size_t replay_bytes);

/* replay.c */
void replay_start(size_t size);
void replay_keep(const char *data, size_t size);
size_t replay_size(void);
size_t replay_piece(size_t done, const char **data);

/* terminal.c */
extern int console_fd;
void resize_terminal(unsigned rows, unsigned columns);
void receive_terminal(const char *size_text, bool paused);

/* init.c */
int init_main(int argc, char **argv);

#endif
