/* `docker-init -- command`: the first process of a container started with --init. Forwards signals, reaps everything. */
#include "shim.h"
#include <signal.h>
#include <sys/wait.h>

static void run_command(char **command, const sigset_t *before) {
	sigprocmask(SIG_SETMASK, before, NULL);
	setpgid(0, 0);
	if (isatty(0)) {
		/* Without this a shell in a background group would stop at its first read. */
		signal(SIGTTOU, SIG_IGN);
		tcsetpgrp(0, getpgrp());
		signal(SIGTTOU, SIG_DFL);
	}
	execvp(command[0], command);
	int code = errno == ENOENT ? 127 : 126;
	fprintf(stderr, "exec %s failed: %s\n", command[0], strerror(errno));
	_exit(code);
}

int init_main(int argc, char **argv) {
	int at = argc > 1 && !strcmp(argv[1], "--") ? 2 : 1;
	if (at >= argc) return 125;
	sigset_t all, before;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	pid_t child = fork();
	if (child < 0) return 125;
	if (child == 0) run_command(argv + at, &before);
	for (;;) {
		siginfo_t info;
		if (sigwaitinfo(&all, &info) < 0) continue;
		if (info.si_signo != SIGCHLD) {
			kill(child, info.si_signo);
			continue;
		}
		int status;
		pid_t pid;
		while ((pid = waitpid(-1, &status, WNOHANG)) > 0)
			if (pid == child) return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
	}
}
