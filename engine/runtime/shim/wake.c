/* What the runtime will wait for, begun before it gets there.
 *
 * The first process that is moved into a control group waits for a grace period of the kernel's RCU (two to three ticks of its
 * clock, more on a busy host); those that follow within the next one do not: kernel/rcu/sync.c. So a process that nobody
 * needs is moved somewhere, again and again, from the moment the runtime is started until it has ended. */
#include "shim.h"
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>

/* Shorter than a grace period: the next one has to begin within it. */
#define PAUSE_US 3000
/* A runtime that takes longer has other troubles. */
#define MOVES 100

/* Its pid, or -1. Moved is only the child: wherever the shim runs, it stays. */
pid_t wake_groups(const char *procs_file) {
	if (!procs_file) return -1;
	pid_t parent = getpid(), child = fork();
	if (child) return child;
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* It may have gone before that was said. */
	if (getppid() != parent) _exit(0);
	/* The clients' sockets: they must not seem open because of this. */
	syscall(SYS_close_range, 0, ~0U, 0);
	int fd = open(procs_file, O_WRONLY | O_CLOEXEC);
	/* Where that is refused the runtime waits as it always has. */
	for (int move = 0; move < MOVES && fd >= 0 && write(fd, "0", 1) == 1; move++) usleep(PAUSE_US);
	_exit(0);
}
