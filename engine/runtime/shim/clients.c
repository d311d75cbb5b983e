/* Clients of the attach socket: framing, bounded queues, attach handshake. */
#include "shim.h"
#include <fcntl.h>
#include <poll.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/uio.h>

#define CUT_OFF (8u << 20) /* a client in drop mode that lags more than this is disconnected */
#define PAUSE (1u << 20)   /* a client in block mode that lags more than this pauses the process */

struct client {
	int fd;
	enum mode mode;
	bool dead, read_closed, sent_stdin, stuck, end_after_held;
	uint32_t events;
	char *queue;
	size_t length, offset, capacity;
	uint8_t in[CHUNK];
	size_t in_length;
	/* One stdin frame that did not fit waits here, so that a resize behind it is not held up. */
	uint8_t *held;
	size_t held_length;
	struct client *next;
};

struct client *clients;

static void client_kill(struct client *c) {
	if (c->dead) return;
	c->dead = true;
	drop_fd(&c->fd);
	if (c->held) stdin_push(c->held, c->held_length);
	free(c->held);
	c->held = NULL;
	if (stdin_once && c->sent_stdin) stdin_end();
	stdin_flush();
}

static void client_watch(struct client *c) {
	uint32_t events = (c->read_closed || c->stuck ? 0 : EPOLLIN) | (c->offset < c->length ? EPOLLOUT : 0);
	if (c->dead || events == c->events) return;
	c->events = events;
	watch(c->fd, events, c, EPOLL_CTL_MOD);
}

static void client_queue(struct client *c, const void *data, size_t size) {
	if (c->length + size > c->capacity && c->offset > 0) {
		memmove(c->queue, c->queue + c->offset, c->length - c->offset);
		c->length -= c->offset;
		c->offset = 0;
	}
	if (c->length + size > c->capacity) {
		size_t wanted = c->capacity ? c->capacity : 4096;
		while (wanted < c->length + size) wanted *= 2;
		char *larger = realloc(c->queue, wanted);
		if (!larger) {
			client_kill(c);
			return;
		}
		c->queue = larger;
		c->capacity = wanted;
	}
	memcpy(c->queue + c->length, data, size);
	c->length += size;
}

static void client_send(struct client *c, enum frame_out type, const void *data, size_t size) {
	if (c->dead) return;
	uint8_t head[8] = {(uint8_t)type, 0, 0, 0, (uint8_t)(size >> 24), (uint8_t)(size >> 16), (uint8_t)(size >> 8), (uint8_t)size};
	size_t done = 0;
	if (c->offset == c->length) {
		c->offset = c->length = 0;
		struct iovec parts[2] = {{head, 8}, {(void *)data, size}};
		struct msghdr message = {.msg_iov = parts, .msg_iovlen = size ? 2 : 1};
		ssize_t sent = sendmsg(c->fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0 && errno != EAGAIN && errno != EINTR) {
			client_kill(c);
			return;
		}
		done = sent > 0 ? (size_t)sent : 0;
		if (done == 8 + size) return;
	} else if (c->mode != MODE_BLOCK && c->length - c->offset > CUT_OFF) {
		client_kill(c);
		return;
	}
	if (done < 8) {
		client_queue(c, head + done, 8 - done);
		if (size && !c->dead) client_queue(c, data, size);
	} else {
		client_queue(c, (const char *)data + (done - 8), size - (done - 8));
	}
	client_watch(c);
}

void clients_send(enum frame_out type, const void *data, size_t size) {
	bool output = type == OUT_STDOUT || type == OUT_STDERR;
	for (struct client *c = clients; c; c = c->next)
		if (!output || c->mode != MODE_EVENTS) client_send(c, type, data, size);
}

struct client *client_add(int fd, enum mode mode) {
	struct client *c = calloc(1, sizeof *c);
	if (!c) {
		close(fd);
		return NULL;
	}
	set_nonblocking(fd, true);
	fcntl(fd, F_SETFD, FD_CLOEXEC);
	c->fd = fd;
	c->mode = mode;
	c->events = EPOLLIN;
	c->next = clients;
	clients = c;
	watch(fd, EPOLLIN, c, EPOLL_CTL_ADD);
	return c;
}

static void accept_stdin(struct client *c, const uint8_t *data, size_t size) {
	uint8_t count[4] = {(uint8_t)(size >> 24), (uint8_t)(size >> 16), (uint8_t)(size >> 8), (uint8_t)size};
	stdin_push(data, size);
	client_send(c, OUT_STDIN_ACK, count, 4);
}

static void client_replay(struct client *c) {
	const char *data = NULL;
	size_t piece;
	for (size_t done = 0; (piece = replay_piece(done, &data)); done += piece) client_send(c, OUT_STDOUT, data, piece);
}

/* False: this frame must wait, nothing behind it may be read. */
static bool client_frame(struct client *c, unsigned type, const uint8_t *data, size_t size) {
	if (type == IN_STDIN) {
		if (c->held) return false;
		c->sent_stdin = true;
		if (stdin_has_room()) accept_stdin(c, data, size);
		else if ((c->held = malloc(size ? size : 1))) {
			memcpy(c->held, data, size);
			c->held_length = size;
		} else return false;
	} else if (type == IN_STDIN_END) {
		c->sent_stdin = true;
		if (c->held) c->end_after_held = true;
		else stdin_end();
	} else if (type == IN_RESIZE && size >= 4) {
		resize_terminal((unsigned)(data[0] << 8 | data[1]), (unsigned)(data[2] << 8 | data[3]));
	} else if (type == IN_ATTACH && size >= 2) {
		char text[256];
		bool replay = size >= 3 && data[2] == 1;
		size_t length = describe(text, sizeof text, replay ? replay_size() : 0);
		c->mode = data[1] == MODE_DROP ? MODE_DROP : data[1] == MODE_BLOCK ? MODE_BLOCK : MODE_EVENTS;
		client_send(c, OUT_HELLO, text, length);
		if (replay) client_replay(c);
	} /* An unknown frame is from a newer server and skipped. */
	return true;
}

static void client_parse(struct client *c) {
	size_t at = 0;
	c->stuck = false;
	while (!c->dead && c->in_length - at >= 8) {
		const uint8_t *p = c->in + at;
		size_t size = (size_t)p[4] << 24 | (size_t)p[5] << 16 | (size_t)p[6] << 8 | p[7];
		if (size > FRAME_MAX) {
			client_kill(c);
			return;
		}
		if (c->in_length - at < 8 + size) break;
		if (!client_frame(c, p[0], p + 8, size)) {
			c->stuck = true;
			break;
		}
		at += 8 + size;
	}
	if (c->dead) return;
	memmove(c->in, c->in + at, c->in_length - at);
	c->in_length -= at;
	client_watch(c);
}

static void client_read(struct client *c) {
	ssize_t got = read(c->fd, c->in + c->in_length, sizeof c->in - c->in_length);
	if (got < 0) {
		if (errno != EAGAIN && errno != EINTR) client_kill(c);
		return;
	}
	if (got == 0) { /* a half-closed client still receives output */
		c->read_closed = true;
		if (stdin_once && c->sent_stdin) {
			if (c->held) c->end_after_held = true;
			else stdin_end();
		}
		client_watch(c);
		return;
	}
	c->in_length += (size_t)got;
	client_parse(c);
}

static void client_write(struct client *c) {
	while (!c->dead && c->offset < c->length) {
		ssize_t sent = send(c->fd, c->queue + c->offset, c->length - c->offset, MSG_NOSIGNAL | MSG_DONTWAIT);
		if (sent < 0) {
			if (errno == EINTR) continue;
			if (errno != EAGAIN) client_kill(c);
			break;
		}
		c->offset += (size_t)sent;
	}
	client_watch(c);
}

void client_handle(struct client *c, uint32_t events) {
	if (!c->dead && (events & EPOLLOUT)) client_write(c);
	if (!c->dead && (events & EPOLLIN)) client_read(c);
	else if (!c->dead && (events & (EPOLLHUP | EPOLLERR))) client_kill(c);
}

void clients_resume_stdin(void) {
	for (struct client *c = clients; c && stdin_has_room(); c = c->next) {
		if (c->dead || !c->held) continue;
		accept_stdin(c, c->held, c->held_length);
		free(c->held);
		c->held = NULL;
		if (c->end_after_held) stdin_end();
		c->end_after_held = false;
		client_parse(c);
	}
	stdin_flush();
}

bool clients_want_pause(void) {
	for (struct client *c = clients; c; c = c->next)
		if (!c->dead && c->mode == MODE_BLOCK && c->length - c->offset > PAUSE) return true;
	return false;
}

void clients_sweep(void) {
	for (struct client **at = &clients; *at;) {
		struct client *c = *at;
		if (!c->dead) {
			at = &c->next;
			continue;
		}
		*at = c->next;
		free(c->queue);
		free(c);
	}
}

/* Whether a server hears what happens; one that has gone is known by the first thing it was told in vain. */
bool clients_watching(void) {
	for (struct client *c = clients; c; c = c->next)
		if (!c->dead && !c->read_closed && c->mode == MODE_EVENTS) return true;
	return false;
}

static long patience_of(const struct client *c) { return c->mode == MODE_BLOCK ? 30000 : 2000; }

/* Until a client has read to the end and closed, or its patience is over: what it writes meanwhile comes too late and is thrown
 * away. Closing first would fail those writes, and a client that sees one fail may drop what it has not read yet. */
static void client_linger(struct client *c, long until) {
	long left;
	struct pollfd wait = {.fd = c->fd, .events = POLLIN};
	while ((left = until - now_ms()) > 0) {
		int ready = poll(&wait, 1, (int)left);
		if (ready < 0 && errno == EINTR) continue;
		if (ready <= 0) return;
		ssize_t got = recv(c->fd, c->in, sizeof c->in, MSG_DONTWAIT);
		if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR)) return;
	}
}

/* The process has ended: who is behind gets the rest, as long as it goes on reading. */
void clients_drain(void) {
	for (struct client *c = clients; c; c = c->next) {
		if (c->dead) continue;
		struct timeval patience = {patience_of(c) / 1000, 0};
		set_nonblocking(c->fd, false);
		setsockopt(c->fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
		while (c->offset < c->length) {
			ssize_t sent = send(c->fd, c->queue + c->offset, c->length - c->offset, MSG_NOSIGNAL);
			if (sent <= 0) break;
			c->offset += (size_t)sent;
		}
		shutdown(c->fd, SHUT_WR);
	}
	long since = now_ms();
	for (struct client *c = clients; c; c = c->next) {
		if (c->dead) continue;
		if (!c->read_closed) client_linger(c, since + patience_of(c));
		drop_fd(&c->fd);
	}
}
