/*
 * process.h - a child process of ours, tied to us by one socket
 *
 * It gets the socket as descriptor PROCESS_SOCKET, standard error, and no other
 * descriptor of ours. What it may do besides is its own business (confine.h).
 */
#pragma once

#include <sys/types.h>

enum { PROCESS_SOCKET = 3 };

struct process {
	pid_t pid; /* 0: there is none */
	int fd;    /* our end of the socket; does not block */
};

/* command: its argv, NULL-terminated. 0, or errno and there is none. */
[[nodiscard]] int process_start(struct process *p, char *const *command);
/* Closes the socket and kills it; status as waitpid says, or NULL. */
void process_end(struct process *p, int *status);
