/* Bytes on their way to the process. The queue is bounded: clients.c stops reading a client when there is no room. */
#include "shim.h"
#include <sys/epoll.h>

#define ROOM (256u << 10)

static char *queue;
static size_t length, offset, capacity;
static bool ended, waiting;

bool stdin_has_room(void) { return length - offset < ROOM; }

void stdin_push(const void *data, size_t size) {
	/* A process without stdin, or one that closed it, swallows what is sent, as a terminal nobody reads. */
	if (ended || !stdin_open || (stdin_fd < 0 && !stdin_pending)) return;
	if (offset == length) offset = length = 0;
	if (length + size > capacity) {
		memmove(queue, queue + offset, length - offset);
		length -= offset;
		offset = 0;
	}
	if (length + size > capacity) {
		char *larger = realloc(queue, length + size + CHUNK);
		if (!larger) return;
		queue = larger;
		capacity = length + size + CHUNK;
	}
	memcpy(queue + length, data, size);
	length += size;
}

void stdin_end(void) {
	/* A terminal has no end of file to close: the program is told by the end-of-transmission character. */
	if (tty && !ended) stdin_push("\004", 1);
	else if (!tty) ended = true;
}

void stdin_flush(void) {
	while (stdin_fd >= 0 && offset < length) {
		ssize_t written = write(stdin_fd, queue + offset, length - offset);
		if (written < 0 && errno == EINTR) continue;
		if (written < 0 && errno == EAGAIN) {
			if (!waiting) watch(stdin_fd, EPOLLOUT, &stdin_fd, EPOLL_CTL_MOD);
			waiting = true;
			return;
		}
		if (written < 0) {
			drop_fd(&stdin_fd);
			break;
		}
		offset += (size_t)written;
	}
	if (stdin_fd < 0) {
		if (!stdin_pending) offset = length = 0;
		return;
	}
	if (ended && !tty) drop_fd(&stdin_fd);
	else if (waiting) watch(stdin_fd, 0, &stdin_fd, EPOLL_CTL_MOD);
	waiting = false;
}
