/* The pseudo terminal of a process that wants one. */
#include "shim.h"
#include <fcntl.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>

int console_fd = -1;

void resize_terminal(unsigned rows, unsigned columns) {
	struct winsize size = {.ws_row = (unsigned short)rows, .ws_col = (unsigned short)columns};
	if (tty && stdout_fd >= 0) ioctl(stdout_fd, TIOCSWINSZ, &size);
}

/* The runtime sends the master of the terminal through the console socket. */
void receive_terminal(const char *size_text, bool paused) {
	int fd = accept4(console_fd, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0) return;
	union { struct cmsghdr align; char bytes[CMSG_SPACE(sizeof(int))]; } control;
	char name[4096];
	struct iovec part = {name, sizeof name};
	struct msghdr message = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = control.bytes, .msg_controllen = sizeof control.bytes};
	if (recvmsg(fd, &message, MSG_CMSG_CLOEXEC) > 0) {
		struct cmsghdr *head = CMSG_FIRSTHDR(&message);
		if (head && head->cmsg_type == SCM_RIGHTS) memcpy(&stdout_fd, CMSG_DATA(head), sizeof(int));
	}
	close(fd);
	drop_fd(&console_fd);
	unlink("c");
	if (stdout_fd < 0) return;
	struct termios modes;
	if (!tcgetattr(stdout_fd, &modes)) { /* runc hands it over without the translation of line ends */
		modes.c_oflag |= ONLCR;
		tcsetattr(stdout_fd, TCSANOW, &modes);
	}
	unsigned rows, columns;
	if (size_text && sscanf(size_text, "%ux%u", &rows, &columns) == 2) resize_terminal(rows, columns);
	set_nonblocking(stdout_fd, true);
	stdin_fd = fcntl(stdout_fd, F_DUPFD_CLOEXEC, 3);
	stdin_pending = false;
	watch(stdout_fd, paused ? 0 : EPOLLIN, &stdout_fd, EPOLL_CTL_ADD);
	watch(stdin_fd, 0, &stdin_fd, EPOLL_CTL_ADD);
	stdin_flush();
}
