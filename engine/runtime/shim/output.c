/* What the process writes, on its way to the log, the journal and the clients. */
#include "shim.h"
#include <sys/epoll.h>

int stdout_fd = -1, stderr_fd = -1;

/* The runtime's own words come by stderr before the process's. */
static bool stderr_watched, paused;

void output_pass_on(enum frame_out stream, const char *data, size_t size) {
	log_write((int)stream, data, size);
	journal_write((int)stream, data, size);
	if (stream == OUT_STDOUT) replay_keep(data, size);
	clients_send(stream, data, size);
}

/* False: nothing to read now. */
bool output_pump(int *fd, enum frame_out stream) {
	char data[CHUNK];
	ssize_t got = read(*fd, data, sizeof data);
	if (got > 0) {
		output_pass_on(stream, data, (size_t)got);
		return true;
	}
	if (got < 0 && (errno == EAGAIN || errno == EINTR)) return false;
	if (tty && stream == OUT_STDOUT) drop_fd(&stdin_fd); /* EIO: nobody holds the terminal any more */
	drop_fd(fd);
	return false;
}

void output_apply_pause(void) {
	bool wanted = clients_want_pause();
	if (wanted == paused) return;
	paused = wanted;
	if (stdout_fd >= 0) watch(stdout_fd, paused ? 0 : EPOLLIN, &stdout_fd, EPOLL_CTL_MOD);
	if (stderr_fd >= 0 && stderr_watched) watch(stderr_fd, paused ? 0 : EPOLLIN, &stderr_fd, EPOLL_CTL_MOD);
}

void output_watch_stderr(void) {
	watch(stderr_fd, 0, &stderr_fd, EPOLL_CTL_DEL);
	watch(stderr_fd, paused ? 0 : EPOLLIN, &stderr_fd, EPOLL_CTL_ADD);
	stderr_watched = true;
}

bool output_paused(void) { return paused; }
