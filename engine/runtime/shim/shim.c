/* davit-shim: one small process beside each container and each exec session. It outlives the server.
 *
 * It holds the stdio pipes or the master of the terminal, writes the log, serves attach clients, is the subreaper that
 * collects the exit status, records it (atomic; synced once it is told) and, where no server listens, deletes the
 * runtime's state.
 *
 *   --dir=FOLDER       working folder of this shim: s (socket), shim (own pid), pid, exit, runc.log
 *   --id --bundle --runtime --root          what to run: `runtime run -d`; with --process=FILE `runtime exec -d`
 *   --log=FILE --log-max=BYTES --log-files=N  --oom-file=FILE
 *   --journal=SOCKET   the log goes to the host's journal too; the file `journal` in FOLDER has the fields of each entry
 *   --detach           go on as a child of nobody
 *   --crun             the runtime tells its errors on stderr only when it has no log
 *   --wake=FILE        the cgroup.procs of a group that always is, see wake.c
 *   --hide-unified     the runtime sees a host without the unified hierarchy of control groups beside version 1
 *   --tty --size=ROWSxCOLUMNS --replay=BYTES --stdin --stdin-once --timeout-ms=N
 *
 * fd 3 is a stream socket: a client that only hears of events; it gets STARTED or FAILED first. With --early fd 4 is
 * a client in block mode that was there before the process.
 * Frames in both directions: [type, 0, 0, 0, size as 32 bits big endian] + payload; stdout and stderr are bit for bit
 * Docker's multiplexed stream. The frame types are in shim.h, the meaning of each in stream-codec.ts. */
#include "shim.h"
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/epoll.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

int stdin_fd = -1, null_fd = -1;
bool tty, stdin_open, stdin_once, stdin_pending;

static const char *oom_file, *size_text;
static bool is_exec;
static int listen_fd = -1, signal_fd = -1;
static bool started, exited;
static pid_t process_pid = -1, wake_pid = -1;
static int exit_status;
/* Children that ended before the runtime told which one is the container: forgetting one would lose an exit code. */
static struct { pid_t pid; int status; } early[64];
static int early_count;

static void remove_files(void) {
	unlink("s");
	unlink("c");
	unlink("pid");
}

void fail(const char *format, ...) {
	char text[8192];
	va_list args;
	va_start(args, format);
	int length = vsnprintf(text, sizeof text, format, args);
	va_end(args);
	if (length >= (int)sizeof text) length = sizeof text - 1;
	remove_files();
	unlink("shim");
	clients_send(OUT_FAILED, text, (size_t)length);
	clients_drain();
	_exit(1);
}

size_t describe(char *out, size_t size, size_t replay_bytes) {
	return (size_t)snprintf(out, size, "{\"protocol\":%d,\"pid\":%d,\"shimPid\":%d,\"replayBytes\":%zu}", PROTOCOL, (int)process_pid,
				(int)getpid(), replay_bytes);
}

static void runtime_returned(int status) {
	runtime.pid = -1;
	if (wake_pid > 0) kill(wake_pid, SIGKILL);
	if (!WIFEXITED(status) || WEXITSTATUS(status)) runtime_fail();
	FILE *file = fopen("pid", "re");
	int pid = -1;
	if (!file || fscanf(file, "%d", &pid) != 1) fail("shim: the runtime wrote no pid file");
	fclose(file);
	process_pid = pid;
	for (int i = 0; i < early_count; i++) {
		if (early[i].pid != process_pid) continue;
		exited = true;
		exit_status = early[i].status;
	}
	started = true;
	if (console_fd >= 0) receive_terminal(size_text, output_paused());
	output_watch_stderr();
	char text[256];
	clients_send(OUT_STARTED, text, describe(text, sizeof text, 0));
	size_t size;
	const char *said = runtime_said(&size);
	for (size_t at = 0; at < size; at += FRAME_MAX)
		output_pass_on(OUT_STDERR, said + at, size - at < FRAME_MAX ? size - at : FRAME_MAX);
	runtime_forget();
}

static void handle_signals(void) {
	struct signalfd_siginfo info;
	while (read(signal_fd, &info, sizeof info) == sizeof info)
		if (info.ssi_signo == SIGTERM && process_pid > 0 && !exited) kill(process_pid, SIGTERM);
	int status, runtime_status = 0;
	bool returned = false;
	pid_t pid;
	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (pid == runtime.pid) {
			returned = true;
			runtime_status = status;
		} else if (pid == process_pid) {
			exited = true;
			exit_status = status;
		} else if (pid == wake_pid) {
			wake_pid = -1;
		} else if (!started && early_count < 64) {
			early[early_count].pid = pid;
			early[early_count++].status = status;
		}
	}
	if (returned) runtime_returned(runtime_status);
}

static void finish(void) {
	/* What is left in the pipes; a grandchild may hold them open, so the end is an empty pipe and not its closing. */
	while (stdout_fd >= 0 && output_pump(&stdout_fd, OUT_STDOUT)) continue;
	while (stderr_fd >= 0 && output_pump(&stderr_fd, OUT_STDERR)) continue;
	journal_flush();
	int code = WIFEXITED(exit_status) ? WEXITSTATUS(exit_status) : 128 + WTERMSIG(exit_status);
	char at[40], text[256];
	format_time(at, sizeof at);
	int length = snprintf(text, sizeof text, "{\"code\":%d,\"signal\":%d,\"oom\":%s,\"at\":\"%s\"}", code,
			      WIFSIGNALED(exit_status) ? WTERMSIG(exit_status) : 0, out_of_memory(oom_file) ? "true" : "false", at);
	write_file("exit", text, (size_t)length);
	remove_files();
	drop_fd(&listen_fd);
	clients_send(OUT_EXIT, text, (size_t)length);
	/* A server that is there removes it without starting a program. */
	if (!is_exec && !clients_watching()) runtime_delete();
	/* Before the last word: who hears it finds nothing left to wait for. */
	unlink("shim");
	if (!is_exec) clients_send(OUT_DELETED, "", 0);
	clients_drain();
	if (!is_exec) sync_file("exit");
	journal_drain(2000);
}

static void serve(long deadline) {
	struct epoll_event events[32];
	while (!(started && exited)) {
		long left = started ? -1 : deadline - now_ms();
		if (!started && left <= 0) {
			kill(runtime.pid, SIGKILL);
			fail("shim: timeout: the runtime did not answer");
		}
		int again = journal_wait();
		if (again >= 0 && (left < 0 || again < left)) left = again;
		int count = epoll_wait(epoll_fd, events, 32, (int)left);
		for (int i = 0; i < count; i++) {
			void *tag = events[i].data.ptr;
			bool hung_up = events[i].events & (EPOLLERR | EPOLLHUP);
			if (tag == &stdout_fd) {
				if (stdout_fd >= 0) output_pump(&stdout_fd, OUT_STDOUT);
			} else if (tag == &stderr_fd) {
				if (stderr_fd >= 0 && started) output_pump(&stderr_fd, OUT_STDERR);
				else if (stderr_fd >= 0) runtime_listen();
			} else if (tag == &stdin_fd) {
				if (hung_up) drop_fd(&stdin_fd);
				stdin_flush();
			} else if (tag == &console_fd) {
				if (console_fd >= 0) receive_terminal(size_text, output_paused());
			} else if (tag == &listen_fd) {
				int fd;
				while ((fd = accept4(listen_fd, NULL, NULL, SOCK_CLOEXEC)) >= 0) client_add(fd, MODE_EVENTS);
			} else if (tag == &signal_fd) {
				handle_signals();
			} else {
				client_handle(tag, events[i].events);
			}
		}
		clients_resume_stdin();
		clients_sweep();
		output_apply_pause();
	}
}

int main(int argc, char **argv) {
	const char *name = strrchr(argv[0], '/');
	if (!strcmp(name ? name + 1 : argv[0], "docker-init")) return init_main(argc, argv);
	if (argc == 2 && !strcmp(argv[1], "--version")) return printf("davit-shim protocol %d\n", PROTOCOL) < 0;

	runtime.id = option(argc, argv, "id", NULL);
	runtime.program = option(argc, argv, "runtime", NULL);
	runtime.root = option(argc, argv, "root", NULL);
	runtime.bundle = option(argc, argv, "bundle", NULL);
	runtime.process = option(argc, argv, "process", NULL);
	oom_file = option(argc, argv, "oom-file", NULL);
	size_text = option(argc, argv, "size", NULL);
	const char *dir = option(argc, argv, "dir", NULL), *log = option(argc, argv, "log", NULL);
	tty = option(argc, argv, "tty", NULL);
	stdin_open = option(argc, argv, "stdin", NULL);
	stdin_once = option(argc, argv, "stdin-once", NULL);
	bool with_early = option(argc, argv, "early", NULL);
	runtime.crun = option(argc, argv, "crun", NULL);
	runtime.hide_unified = option(argc, argv, "hide-unified", NULL);

	/* Whoever started this waits for the one that ends here, and has nobody to collect later. */
	if (option(argc, argv, "detach", NULL)) {
		pid_t child = fork();
		if (child) _exit(child < 0);
	}
	signal(SIGPIPE, SIG_IGN);
	setsid();
	wake_pid = wake_groups(option(argc, argv, "wake", NULL));
	umask(0022);
	syscall(SYS_close_range, with_early ? 5 : 4, ~0U, 0);
	epoll_fd = epoll_create1(EPOLL_CLOEXEC);
	client_add(3, MODE_EVENTS);
	if (with_early) client_add(4, MODE_BLOCK);
	is_exec = runtime.process != NULL;
	if (!runtime.id || !runtime.program || !runtime.root || !dir || (!runtime.bundle && !is_exec)) fail("shim: an argument is missing");
	if (chdir(dir)) fail("shim: chdir %s: %s", dir, strerror(errno));
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	int score = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
	if (score >= 0) { /* needs CAP_SYS_RESOURCE; without it the shim is an ordinary process */
		if (write(score, "-999", 4) < 0) errno = 0;
		close(score);
	}
	char text[4200];
	write_file("shim", text, (size_t)snprintf(text, sizeof text, "%d", (int)getpid()));
	if (log) log_start(log, atol(option(argc, argv, "log-max", "0")), atoi(option(argc, argv, "log-files", "1")));

	const char *journal = option(argc, argv, "journal", NULL);
	if (journal) journal_start(journal, "journal");
	if (tty) replay_start((size_t)atol(option(argc, argv, "replay", "0")));

	listen_fd = listen_at("s");
	watch(listen_fd, EPOLLIN, &listen_fd, EPOLL_CTL_ADD);
	int in[2] = {-1, -1}, out[2] = {-1, -1}, err[2];
	null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	char console[64];
	/* Through /proc because a socket's path is short and the folder's may be long. */
	snprintf(console, sizeof console, "/proc/%d/cwd/c", (int)getpid());
	if (tty) {
		console_fd = listen_at("c");
		stdin_pending = true;
		watch(console_fd, EPOLLIN, &console_fd, EPOLL_CTL_ADD);
	} else if ((stdin_open && pipe2(in, O_CLOEXEC)) || pipe2(out, O_CLOEXEC)) fail("shim: pipe: %s", strerror(errno));
	if (pipe2(err, O_CLOEXEC)) fail("shim: pipe: %s", strerror(errno)); /* with a terminal only the runtime writes here */
	unlink("pid");
	unlink("exit");
	snprintf(text, sizeof text, "%s/pid", dir);

	sigset_t handled;
	sigemptyset(&handled);
	sigaddset(&handled, SIGCHLD);
	sigaddset(&handled, SIGTERM);
	sigaddset(&handled, SIGINT);
	sigaddset(&handled, SIGHUP);
	sigprocmask(SIG_BLOCK, &handled, NULL);
	signal_fd = signalfd(-1, &handled, SFD_CLOEXEC | SFD_NONBLOCK);
	watch(signal_fd, EPOLLIN, &signal_fd, EPOLL_CTL_ADD);

	long deadline = now_ms() + atol(option(argc, argv, "timeout-ms", "10000"));
	runtime_start(text, console, in[0] >= 0 ? in[0] : null_fd, out[1] >= 0 ? out[1] : null_fd, err[1]);
	close(err[1]);
	stderr_fd = err[0];
	set_nonblocking(stderr_fd, true);
	watch(stderr_fd, EPOLLIN, &stderr_fd, EPOLL_CTL_ADD);
	if (out[0] >= 0) {
		close(out[1]);
		stdout_fd = out[0];
		set_nonblocking(stdout_fd, true);
		watch(stdout_fd, EPOLLIN, &stdout_fd, EPOLL_CTL_ADD);
	}
	if (in[0] >= 0) {
		close(in[0]);
		stdin_fd = in[1];
		set_nonblocking(stdin_fd, true);
		watch(stdin_fd, 0, &stdin_fd, EPOLL_CTL_ADD);
	}
	for (int fd = 0; fd < 3; fd++) dup2(null_fd, fd);
	serve(deadline);
	finish();
	return 0;
}
