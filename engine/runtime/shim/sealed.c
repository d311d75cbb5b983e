/* A copy of a program in memory that nobody can write to.
 *
 * crun makes sure that a container cannot write over it through /proc/self/exe: unless it runs from such a copy already, it
 * mounts itself read-only somewhere, runs itself a second time from there and unmounts that again. */
#include "shim.h"
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U /* since Linux 6.3; a host may make memory files non-executable without it */
#endif

/* Exactly those that crun looks for. */
static const int SEALS = F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE;

static int copy_of(const char *path, int source) {
	struct stat info;
	int copy = memfd_create(path, MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
	if (copy < 0 && errno == EINVAL) copy = memfd_create(path, MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (copy < 0) return -1;
	if (fstat(source, &info)) info.st_size = 0;
	for (off_t left = info.st_size; left > 0;) {
		ssize_t sent = sendfile(copy, source, NULL, (size_t)left);
		if (sent <= 0) break;
		left -= sent;
		if (left == 0 && !fchmod(copy, 0755) && !fcntl(copy, F_ADD_SEALS, SEALS)) return copy;
	}
	close(copy);
	return -1;
}

/* -1 where there can be none: then the program itself is run. */
int sealed_copy(const char *path) {
	int source = open(path, O_RDONLY | O_CLOEXEC);
	if (source < 0) return -1;
	const char *name = strrchr(path, '/');
	int copy = copy_of(name ? name + 1 : path, source);
	close(source);
	return copy;
}
