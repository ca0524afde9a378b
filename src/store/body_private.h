/*
 * body_private.h - a body from its row, for this folder and the queue
 */
#pragma once

#include "store/body.h"
#include "store/body_files.h"

/* What the row tells; slices are the query's. */
struct body_row {
	int64_t encoding; /* enum blob_encoding */
	uint64_t size;    /* of the octets behind the prefix */
	slice prefix, parts, hash, bytes;
};

/* ERR_INTERNAL, to be logged by the caller, when the row is not what was written. */
enum err body_make(const struct body_files *files, const struct body_row *row,
		   struct body **ret);

/* upload_open as at another time; at 0 none is over. */
enum err body_open_upload(struct account *a, int64_t upload, int64_t now,
			  struct body **ret);
