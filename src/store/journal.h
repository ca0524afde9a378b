/*
 * journal.h - one log on the disk for all databases of a store
 *
 * SQLite has a log for each database, and syncs it with each commit. Here those logs are
 * images that nobody syncs (log_image.h); what is written to them goes, made short
 * (log_delta.h), into the journal, and one sync of it makes all commits durable that came
 * while the last one ran, of whatever databases: a mail to fifty people is one.
 *
 *   commit -> image, record in the journal -> sync of the journal -> answers
 *   after a crash: records -> images -> SQLite writes them back -> a new journal
 *
 * What a commit promises stays as it is: when SQLite's write of its last frame returns,
 * the record is in the journal's file, hence it outlives the process at any level; when
 * SQLite's sync returns, it outlives the machine. Which commits are whole SQLite decides,
 * as ever, by the frames.
 *
 * The journal is a chain of segments (journal_segment.h). A log counts from its database
 * being written back to the next time; a segment goes once no log needs it. A log that
 * lies still for long is written again at the journal's end, so that none holds it up.
 *
 * Calls are safe from any thread.
 */
#pragma once

#include <stdbool.h>

#include "base/err.h"

enum {
	JOURNAL_SEGMENT_SIZE = 8 << 20, /* octets, after which a new one begins */
	JOURNAL_ROOMY = 128 << 20, /* octets, from which on logs are written again ... */
	JOURNAL_ROOMY_TIMES = 2,   /* ... when it has so many times what is needed */
	JOURNAL_IMAGES_MAX = 256 << 20, /* octets of images that are empty, and kept */
	JOURNAL_LAID_MAX = 1 << 20,     /* octets that are laid out ahead of the end */
	JOURNAL_SPARE = 64 << 20, /* with fewer octets left on the disk, nothing is */
};

struct journal;

/* Of the databases in a data folder, which is made ready: what the last process left is
 * written back to them. durable false: no call syncs. */
enum err journal_open(const char *folder, bool durable, struct journal **ret);
/* False: of some databases the log could not be written back, for want of space, say. It
 * is kept, and the next opening tries again. */
bool journal_is_written_back(const struct journal *j);
/* All its databases are closed. NULL is fine. */
void journal_close(struct journal *j);
/* The name of SQLite's VFS for databases in this journal. */
const char *journal_vfs(const struct journal *j);
