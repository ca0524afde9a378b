/*
 * dialogue.h - runs the C:/S: text files of tests/dialogues against an engine
 *
 * For tests only; the syntax is in tests/dialogues/README.md. Each file is run
 * several times, with the client's octets in one piece and cut small: the
 * answers must be the same. A deviation fails the running test and is printed
 * with file and line.
 */
#pragma once

#include "base/engine.h"

enum { DIALOGUE_CONNECTIONS_MAX = 9 };

/* What a protocol's test provides. context is the test's own. */
struct dialogue_host {
	/* Before and after each run of a file: a server with its accounts. */
	void (*begin)(void *context);
	void (*end)(void *context); /* the engines have been freed */
	/* An option; false: unknown or not possible here, the file is skipped. */
	bool (*option)(void *context, slice key, slice value);
	/* A new connection's engine. The runner frees it. */
	struct engine *(*connect)(void *context);
	/* Runs jobs and gives answers until no engine wants JOB or HOST, and passes on
	 * changes. Called after each step. */
	void (*work)(void *context);
	/* A message arrives; NULL when the protocol's test cannot. */
	void (*deliver)(void *context, slice user, slice message);
};

/* Runs all files of tests/dialogues/folder, in order of their names. */
void dialogue_run_folder(const char *folder, const struct dialogue_host *ops,
			 void *context);
