#include "net/process.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { OURS, THEIRS };

/* The new program has only the standard descriptors, of which it may write to standard
 * error, and the socket. */
static int set_descriptors(posix_spawn_file_actions_t *a, int socket)
{
	int fault = posix_spawn_file_actions_adddup2(a, socket, PROCESS_SOCKET);

	if (!fault)
		fault = posix_spawn_file_actions_addopen(a, STDIN_FILENO, "/dev/null",
							 O_RDONLY, 0);
	if (!fault)
		fault = posix_spawn_file_actions_addopen(a, STDOUT_FILENO, "/dev/null",
							 O_WRONLY, 0);
	if (!fault)
		fault = posix_spawn_file_actions_addclosefrom_np(a, PROCESS_SOCKET + 1);
	return fault;
}

/* No signal is blocked in it, whatever this thread blocks. */
static int set_signals(posix_spawnattr_t *a)
{
	sigset_t none;
	int fault;

	sigemptyset(&none);
	fault = posix_spawnattr_setsigmask(a, &none);
	return fault ? fault : posix_spawnattr_setflags(a, POSIX_SPAWN_SETSIGMASK);
}

static int spawn(char *const *command, int socket, pid_t *ret)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	int fault;

	posix_spawn_file_actions_init(&actions);
	posix_spawnattr_init(&attributes);
	fault = set_descriptors(&actions, socket);
	if (!fault) fault = set_signals(&attributes);
	if (!fault)
		fault = posix_spawn(ret, command[0], &actions, &attributes, command,
				    environ);
	posix_spawnattr_destroy(&attributes);
	posix_spawn_file_actions_destroy(&actions);
	return fault;
}

int process_start(struct process *p, char *const *command)
{
	int pair[2], fault;

	*p = (struct process){ .fd = -1 };
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, pair) < 0)
		return errno;
	fault = spawn(command, pair[THEIRS], &p->pid);
	close(pair[THEIRS]);
	if (!fault) {
		p->fd = pair[OURS];
		return 0;
	}
	close(pair[OURS]);
	p->pid = 0;
	return fault;
}

void process_end(struct process *p, int *status)
{
	close(p->fd);
	kill(p->pid, SIGKILL);
	while (waitpid(p->pid, status, 0) < 0 && errno == EINTR)
		;
	*p = (struct process){ .fd = -1 };
}
