/* The container's log: text records "RFC3339Nano stdout|stderr F|P text", rotated by size with renames only.
 *
 * Who searches it for a time relies on times that go up. Where the clock was set back they begin anew: that place is noted in a
 * file beside it, one line "inode offset" each. A full one is not written any more, and its reader searches no more. */
#include "shim.h"
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>

#define VECTORS 252
#define NOTES_MAX 65536

static const char *log_path;
static long log_max, log_size;
static int log_files, log_fd = -1;
static time_t next_try;
/* Of what was written last, by this shim or one before. */
static time_t newest;

time_t format_time(char *out, size_t size) {
	struct timespec now;
	struct tm tm;
	clock_gettime(CLOCK_REALTIME, &now);
	gmtime_r(&now.tv_sec, &tm);
	size_t n = strftime(out, size, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out + n, size - n, ".%09ldZ", now.tv_nsec);
	return now.tv_sec;
}

static void log_open(void) {
	struct stat info;
	log_fd = open(log_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	log_size = log_fd >= 0 && !fstat(log_fd, &info) ? info.st_size : 0;
}

void log_start(const char *path, long max_bytes, int max_files) {
	log_path = path;
	log_max = max_bytes;
	log_files = max_files;
	struct stat info;
	newest = stat(path, &info) ? 0 : info.st_mtime;
	log_open();
}

/* Whole seconds: within less the reader looks at each line. */
static void note_if_set_back(time_t now) {
	bool back = now < newest;
	newest = now;
	if (!back) return;
	char path[4200], line[64];
	snprintf(path, sizeof path, "%s.back", log_path);
	int fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0640);
	if (fd < 0) return;
	struct stat log, notes;
	if (!fstat(log_fd, &log) && !fstat(fd, &notes) && notes.st_size < NOTES_MAX) {
		int length = snprintf(line, sizeof line, "%llu %ld\n", (unsigned long long)log.st_ino, log_size);
		/* On a full disk the note is lost, as the records are. */
		if (write(fd, line, (size_t)length) < length) errno = 0;
	}
	close(fd);
}

/* container.log -> .1 (newest) -> .2 ...; log_files counts all of them. A reader that follows sees a new inode. */
static void log_rotate(void) {
	char from[4200], to[4200];
	close(log_fd);
	if (log_files <= 1) unlink(log_path);
	for (int i = log_files - 1; i >= 1; i--) {
		if (i == 1) snprintf(from, sizeof from, "%s", log_path);
		else snprintf(from, sizeof from, "%s.%d", log_path, i - 1);
		snprintf(to, sizeof to, "%s.%d", log_path, i);
		rename(from, to);
	}
	log_open();
}

/* A full disk loses the record and never blocks the container; half a record is taken back, so that the file stays readable. */
static void log_put(struct iovec *parts, int count, size_t total) {
	ssize_t written = writev(log_fd, parts, count);
	if (written == (ssize_t)total) log_size += (long)total;
	else if (written > 0 && ftruncate(log_fd, log_size)) log_size += written;
}

void log_write(int stream, const char *data, size_t size) {
	if (!log_path) return;
	if (log_fd < 0) {
		if (time(NULL) < next_try) return;
		log_open();
		if (log_fd < 0) {
			next_try = time(NULL) + 1;
			return;
		}
	}
	if (log_max > 0 && log_size >= log_max) {
		log_rotate();
		if (log_fd < 0) return;
	}
	char stamp[40], full[64], part[64];
	note_if_set_back(format_time(stamp, sizeof stamp));
	const char *name = stream == OUT_STDOUT ? "stdout" : "stderr";
	size_t head = (size_t)snprintf(full, sizeof full, "%s %s F ", stamp, name);
	snprintf(part, sizeof part, "%s %s P ", stamp, name);
	struct iovec parts[VECTORS + 3];
	int count = 0;
	size_t total = 0;
	while (size) {
		const char *end = memchr(data, '\n', size);
		size_t length = end ? (size_t)(end - data) + 1 : size;
		parts[count++] = (struct iovec){end ? full : part, head};
		parts[count++] = (struct iovec){(void *)data, length};
		total += head + length;
		if (!end) {
			parts[count++] = (struct iovec){"\n", 1};
			total++;
		}
		data += length;
		size -= length;
		/* Many lines may come at once: the limit of a file holds between them as well. */
		bool full_file = size && log_max > 0 && log_size + (long)total >= log_max;
		if (count >= VECTORS || full_file) {
			log_put(parts, count, total);
			count = 0;
			total = 0;
			if (log_max > 0 && log_size >= log_max) {
				log_rotate();
				if (log_fd < 0) return;
			}
		}
	}
	if (count) log_put(parts, count, total);
}
