/* The host's journal beside the log: one datagram a line in its native protocol. A journal that is away or slow never holds
 * the container up: what it does not take (its socket holds ten lines by the kernel's default) waits here, up to QUEUE_MAX
 * bytes; of what is beyond that it is told the number of lines. Our own log has them all.
 * https://systemd.io/JOURNAL_NATIVE_PROTOCOL/ */
#include "shim.h"
#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>

/* Longer lines come in pieces, as Docker's do. */
#define LINE_MAX_BYTES 16384
#define FIELDS_MAX (1 << 20)
#define QUEUE_MAX (1 << 20)

static struct sockaddr_un journal = {.sun_family = AF_UNIX};
static int journal_fd = -1;
static char *fields;
static size_t fields_size;
/* What has come of a line: [0] stdout, [1] stderr. */
static struct { char data[LINE_MAX_BYTES]; size_t size; } lines[2];

/* A line that waits; its text follows it. */
struct waiting { uint32_t size; uint8_t stream; bool partial; };
static char *queue; /* of QUEUE_MAX bytes while lines wait, else NULL */
static size_t queue_start, queue_end;
static unsigned long lost;

static bool read_fields(const char *path) {
	struct stat info;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) return false;
	if (!fstat(fd, &info) && info.st_size <= FIELDS_MAX && (fields = malloc((size_t)info.st_size + 1)))
		fields_size = read(fd, fields, (size_t)info.st_size) == info.st_size ? (size_t)info.st_size : 0;
	close(fd);
	return fields_size > 0;
}

/* `fields_path` holds the fields that every line has, as they are sent. */
void journal_start(const char *socket_path, const char *fields_path) {
	if (strlen(socket_path) >= sizeof journal.sun_path || !read_fields(fields_path))
		fail("shim: the fields for the journal cannot be read");
	strcpy(journal.sun_path, socket_path);
	journal_fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* False: the journal may take it later. A line that can never be sent (EMSGSIZE) counts as lost. */
static bool send_now(struct waiting line, const char *data) {
	const char *priority = line.stream == OUT_STDERR ? "PRIORITY=3\n" : "PRIORITY=6\n";
	const char *part = line.partial ? "CONTAINER_PARTIAL_MESSAGE=true\n" : "";
	unsigned char length[8];
	for (int i = 0; i < 8; i++) length[i] = (unsigned char)((uint64_t)line.size >> (8 * i));
	struct iovec parts[] = {
		{fields, fields_size},
		{(void *)priority, strlen(priority)},
		{(void *)part, strlen(part)},
		{"MESSAGE\n", 8},
		{length, sizeof length},
		{(void *)data, line.size},
		{"\n", 1},
	};
	/* Addressed each time: a journal that was started anew is found again. */
	struct msghdr message = {.msg_name = &journal, .msg_namelen = sizeof journal, .msg_iov = parts, .msg_iovlen = 7};
	if (sendmsg(journal_fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return true;
	if (errno == EAGAIN || errno == EINTR || errno == ENOBUFS || errno == ENOENT || errno == ECONNREFUSED) return false;
	lost++;
	return true;
}

static bool tell_lost(void) {
	char text[96];
	struct waiting line = {.stream = OUT_STDERR};
	line.size = (uint32_t)snprintf(text, sizeof text, "davit: %lu lines before this one did not reach the journal", lost);
	unsigned long told = lost;
	lost = 0;
	if (send_now(line, text)) return true;
	lost = told;
	return false;
}

/* Sends what waits, as far as the journal takes it. */
static void send_queue(void) {
	while (queue_start < queue_end) {
		struct waiting line;
		memcpy(&line, queue + queue_start, sizeof line);
		if (!send_now(line, queue + queue_start + sizeof line)) return;
		queue_start += sizeof line + line.size;
	}
	if (lost && !tell_lost()) return;
	free(queue);
	queue = NULL;
	queue_start = queue_end = 0;
}

static void send_line(int stream, const char *data, size_t size, bool partial) {
	struct waiting line = {.size = (uint32_t)size, .stream = (uint8_t)stream, .partial = partial};
	send_queue();
	if (!queue && send_now(line, data)) return;
	if (!queue && !(queue = malloc(QUEUE_MAX))) {
		lost++;
		return;
	}
	if (queue_end + sizeof line + size > QUEUE_MAX) {
		memmove(queue, queue + queue_start, queue_end - queue_start);
		queue_end -= queue_start;
		queue_start = 0;
	}
	/* Once lines are lost, none is taken until that has been told, so that the journal's order stays true. */
	if (lost || queue_end + sizeof line + size > QUEUE_MAX) {
		lost++;
		return;
	}
	memcpy(queue + queue_end, &line, sizeof line);
	memcpy(queue + queue_end + sizeof line, data, size);
	queue_end += sizeof line + size;
}

/* Milliseconds until the journal is to be tried again, -1 when nothing waits. A datagram socket without a connection
 * tells nobody that its peer has room. */
int journal_wait(void) {
	send_queue();
	return queue ? 20 : -1;
}

/* What waits when the container has ended, as long as the journal takes some of it within `limit_ms`. */
void journal_drain(long limit_ms) {
	size_t before = queue_start;
	for (long end = now_ms() + limit_ms; journal_wait() > 0 && now_ms() < end; poll(NULL, 0, 20)) {
		if (queue_start == before) continue;
		before = queue_start;
		end = now_ms() + limit_ms;
	}
}

void journal_write(int stream, const char *data, size_t size) {
	if (journal_fd < 0) return;
	int at = stream == OUT_STDERR;
	while (size) {
		const char *end = memchr(data, '\n', size);
		size_t length = end ? (size_t)(end - data) : size;
		size_t room = LINE_MAX_BYTES - lines[at].size;
		size_t taken = length < room ? length : room;
		memcpy(lines[at].data + lines[at].size, data, taken);
		lines[at].size += taken;
		data += taken;
		size -= taken;
		bool ended = end && taken == length;
		if (!ended && lines[at].size < LINE_MAX_BYTES) continue;
		/* Docker has no entry for an empty line. */
		if (lines[at].size) send_line(stream, lines[at].data, lines[at].size, !ended);
		lines[at].size = 0;
		if (ended) {
			data++;
			size--;
		}
	}
}

/* What had no end of line when the container ended. */
void journal_flush(void) {
	for (int at = 0; at < 2; at++) {
		if (journal_fd >= 0 && lines[at].size) send_line(at ? OUT_STDERR : OUT_STDOUT, lines[at].data, lines[at].size, false);
		lines[at].size = 0;
	}
}
