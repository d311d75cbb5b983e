/* The OCI runtime: how it is called, what it says while it works, and why it failed. */
#include "shim.h"
#include <dirent.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>

/* Large enough that the allocator gives it back. */
#define SAID_MAX (256 * 1024)

struct runtime runtime = {.pid = -1};

/* The runtime in memory, while it is started. */
static int sealed_fd = -1;
/* What came by stderr while the runtime worked: its own words, or the first ones of the container, which then go on as such. */
static char *said;
static size_t said_length;

/* In a mount namespace of the runtime's own; every other mount goes on to be told in both directions. */
static void leave_unified(void) {
	const char *groups = "/sys/fs/cgroup", *unified = "/sys/fs/cgroup/unified";
	if (unshare(CLONE_NEWNS) || mount(NULL, groups, NULL, MS_PRIVATE, NULL) || umount2(unified, MNT_DETACH)) {
		dprintf(2, "shim: hide %s: %s", unified, strerror(errno));
		_exit(127);
	}
}

static void exec_runtime(char **argv, int in, int out, int err) {
	sigset_t none;
	sigemptyset(&none);
	dup2(in, 0);
	dup2(out, 1);
	dup2(err, 2);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	if (runtime.hide_unified) leave_unified();
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* Where the host forbids to run memory, as the program that it is. */
	if (sealed_fd >= 0) fexecve(sealed_fd, argv, environ);
	execv(argv[0], argv);
	dprintf(2, "%s: %s", argv[0], strerror(errno));
	_exit(127);
}

void runtime_start(const char *pid_file, const char *console, int in, int out, int err) {
	/* The runtime's own log goes to a file: its warnings must not appear as the container's output. */
	char *args[24];
	int n = 0;
	args[n++] = (char *)runtime.program;
	args[n++] = "--root";
	args[n++] = (char *)runtime.root;
	if (!runtime.crun) {
		args[n++] = "--log";
		args[n++] = "/dev/null";
	}
	args[n++] = runtime.process ? "exec" : "run";
	args[n++] = "-d";
	args[n++] = runtime.process ? "--process" : "--bundle";
	args[n++] = (char *)(runtime.process ? runtime.process : runtime.bundle);
	if (runtime.process && tty) args[n++] = "-t";
	args[n++] = "--pid-file";
	args[n++] = (char *)pid_file;
	if (tty) {
		args[n++] = "--console-socket";
		args[n++] = (char *)console;
	}
	args[n++] = (char *)runtime.id;
	args[n] = NULL;

	if (runtime.crun) sealed_fd = sealed_copy(runtime.program);
	runtime.pid = fork();
	if (runtime.pid < 0) fail("shim: fork: %s", strerror(errno));
	if (runtime.pid == 0) exec_runtime(args, in, out, err);
	drop_fd(&sealed_fd);
}

/* 0: it has no more to say, or there is no more room for it. */
static ssize_t hear_runtime(void) {
	if (!said) said = malloc(SAID_MAX);
	if (!said || said_length == SAID_MAX) return 0;
	ssize_t got = read(stderr_fd, said + said_length, SAID_MAX - said_length);
	if (got > 0) said_length += (size_t)got;
	return got;
}

/* No other process comes of the runtime: whatever is said, it says itself. Its threads are asked one by one. */
static bool runtime_is_alone(void) {
	char path[64];
	snprintf(path, sizeof path, "/proc/%d/task", (int)runtime.pid);
	DIR *threads = opendir(path);
	if (!threads) return false;
	bool asked = false, alone = true;
	for (struct dirent *thread; (thread = readdir(threads));) {
		if (thread->d_name[0] == '.') continue;
		char file[sizeof path + sizeof thread->d_name + sizeof "children"];
		snprintf(file, sizeof file, "%s/%s/children", path, thread->d_name);
		FILE *children = fopen(file, "re");
		if (!children) continue;
		asked = true;
		if (fgetc(children) != EOF) alone = false;
		fclose(children);
	}
	closedir(threads);
	return asked && alone;
}

/* A runtime with much to say must not wait for a reader. One that says more than fits and has made no container, or no
 * process in it, never ends: it is told by what was read. */
void runtime_listen(void) {
	ssize_t got = hear_runtime();
	if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
	if (got <= 0) watch(stderr_fd, 0, &stderr_fd, EPOLL_CTL_DEL);
	if (said_length < SAID_MAX || runtime.pid < 0) return;
	char state[4200];
	snprintf(state, sizeof state, "%s/%s", runtime.root, runtime.id);
	if (runtime.process ? runtime_is_alone() : access(state, F_OK)) kill(runtime.pid, SIGKILL);
}

/* Its last words, which say why; what is no text would end them early. */
void runtime_fail(void) {
	char text[8000];
	while (hear_runtime() > 0) continue;
	/* Stopped in the middle of a line: the one before is whole. */
	char *line = said_length == SAID_MAX ? memrchr(said, '\n', said_length) : NULL;
	if (line) said_length = (size_t)(line - said);
	size_t length = said_length < sizeof text ? said_length : sizeof text - 1;
	if (length) memcpy(text, said + said_length - length, length);
	text[length] = 0;
	for (size_t i = 0; i < length; i++)
		if (!text[i]) text[i] = '?';
	fail("%s", length ? text : "the runtime was killed");
}

const char *runtime_said(size_t *size) {
	*size = said_length;
	return said;
}

void runtime_forget(void) { free(said); }

void runtime_delete(void) {
	char *argv[] = {(char *)runtime.program, "--root", (char *)runtime.root, "delete", "-f", (char *)runtime.id, NULL};
	pid_t pid = fork();
	if (pid == 0) exec_runtime(argv, null_fd, null_fd, null_fd);
	int status;
	while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR) continue;
}
