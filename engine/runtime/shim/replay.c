/* The newest output of a terminal, kept for who attaches later: without it a shell that waits would show an empty screen. */
#include "shim.h"

static char *ring;
static size_t ring_size, ring_end;

void replay_start(size_t size) {
	ring = size ? malloc(size) : NULL;
	ring_size = ring ? size : 0;
}

void replay_keep(const char *data, size_t size) {
	if (!ring_size) return;
	if (size > ring_size) {
		ring_end += size - ring_size;
		data += size - ring_size;
		size = ring_size;
	}
	size_t at = ring_end % ring_size, first = ring_size - at < size ? ring_size - at : size;
	memcpy(ring + at, data, first);
	memcpy(ring, data + first, size - first);
	ring_end += size;
}

size_t replay_size(void) {
	return ring_end < ring_size ? ring_end : ring_size;
}

/* The bytes from `done` on that lie in one piece; 0 when all were told. */
size_t replay_piece(size_t done, const char **data) {
	size_t size = replay_size();
	if (done >= size) return 0;
	size_t at = (ring_end - size + done) % ring_size, length = size - done;
	if (length > ring_size - at) length = ring_size - at;
	*data = ring + at;
	return length < FRAME_MAX ? length : FRAME_MAX;
}
