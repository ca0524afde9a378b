/*
 * incoming_private.h - the form in which a finished message is stored, for this folder
 * and the queue
 */
#pragma once

#include "store/blob.h"

struct stored_form {
	enum blob_encoding encoding;
	slice bytes; /* empty for a file */
};

struct stored_form incoming_stored(const struct incoming *m);
/* The descriptor of a message that is stored as a file. */
int incoming_fd(const struct incoming *m);
