/* Small things around descriptors, files and arguments. */
#include "shim.h"
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <time.h>

int epoll_fd;

void watch(int fd, uint32_t events, void *tag, int op) {
	struct epoll_event event = {.events = events, .data.ptr = tag};
	epoll_ctl(epoll_fd, op, fd, &event);
}

/* Removed from epoll before it is closed: a duplicated description would stay registered and report a hang-up for ever. */
void drop_fd(int *fd) {
	if (*fd < 0) return;
	epoll_ctl(epoll_fd, EPOLL_CTL_DEL, *fd, NULL);
	close(*fd);
	*fd = -1;
}

void set_nonblocking(int fd, bool on) {
	int flags = fcntl(fd, F_GETFL);
	fcntl(fd, F_SETFL, on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK);
}

const char *option(int argc, char **argv, const char *name, const char *fallback) {
	size_t length = strlen(name);
	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--", 2) || strncmp(argv[i] + 2, name, length)) continue;
		if (argv[i][2 + length] == '=') return argv[i] + 3 + length;
		if (!argv[i][2 + length]) return "1";
	}
	return fallback;
}

int listen_at(const char *name) {
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	snprintf(address.sun_path, sizeof address.sun_path, "%s", name);
	unlink(name);
	mode_t mask = umask(0077);
	if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof address) || listen(fd, 64))
		fail("shim: socket %s: %s", name, strerror(errno));
	umask(mask);
	return fd;
}

void write_file(const char *name, const char *text, size_t size) {
	char temporary[64];
	snprintf(temporary, sizeof temporary, "%s.tmp", name);
	int fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0) return;
	bool whole = write(fd, text, size) == (ssize_t)size;
	close(fd);
	if (!whole || rename(temporary, name)) unlink(temporary);
}

/* Against a loss of power; what other processes see does not wait for the disk. */
void sync_file(const char *name) {
	const char *names[] = {name, "."};
	for (int i = 0; i < 2; i++) {
		int fd = open(names[i], O_RDONLY | O_CLOEXEC);
		if (fd < 0) return;
		fsync(fd);
		close(fd);
	}
}

/* Whether the kernel killed anything in the group for memory. */
bool out_of_memory(const char *oom_file) {
	FILE *file = oom_file ? fopen(oom_file, "re") : NULL;
	char line[128];
	bool killed = false;
	if (!file) return false;
	while (fgets(line, sizeof line, file))
		if (!strncmp(line, "oom_kill ", 9) && atol(line + 9) > 0) killed = true;
	fclose(file);
	return killed;
}

long now_ms(void) {
	struct timespec now;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
