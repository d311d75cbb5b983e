/* The host's journal beside the log: one datagram a line in its native protocol. A journal that is away or slow loses
 * lines and never holds the container up; our own log has them all.
 * https://systemd.io/JOURNAL_NATIVE_PROTOCOL/ */
#include "shim.h"
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <sys/un.h>

/* Longer lines come in pieces, as Docker's do. */
#define LINE_MAX_BYTES 16384
#define FIELDS_MAX (1 << 20)

static struct sockaddr_un journal = {.sun_family = AF_UNIX};
static int journal_fd = -1;
static char *fields;
static size_t fields_size;
/* What has come of a line: [0] stdout, [1] stderr. */
static struct { char data[LINE_MAX_BYTES]; size_t size; } lines[2];

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

static void send_line(int stream, const char *data, size_t size, bool partial) {
	const char *priority = stream == OUT_STDERR ? "PRIORITY=3\n" : "PRIORITY=6\n";
	const char *part = partial ? "CONTAINER_PARTIAL_MESSAGE=true\n" : "";
	unsigned char length[8];
	for (int i = 0; i < 8; i++) length[i] = (unsigned char)((uint64_t)size >> (8 * i));
	struct iovec parts[] = {
		{fields, fields_size},
		{(void *)priority, strlen(priority)},
		{(void *)part, strlen(part)},
		{"MESSAGE\n", 8},
		{length, sizeof length},
		{(void *)data, size},
		{"\n", 1},
	};
	/* Addressed each time: a journal that was started anew is found again. */
	struct msghdr message = {.msg_name = &journal, .msg_namelen = sizeof journal, .msg_iov = parts, .msg_iovlen = 7};
	if (sendmsg(journal_fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) errno = 0;
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
