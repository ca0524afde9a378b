/*
 * field_writer.h - writing the header fields of signatures, folded, and signing them
 *
 * Lines stay within FIELD_LINE octets where the values allow it. Between two
 * tags stands one white space or one fold, which relaxed canonicalisation takes
 * for the same. A field is written into a buf of its own, at first without its
 * signature; that is hashed, and field_writer_sign puts the signature in. The
 * tag behind it begins a line, so nothing else moves.
 */
#pragma once

#include "base/buf.h"
#include "mailauth/body_hashes.h"
#include "mailauth/header_list.h"
#include "mailauth/signing_key.h"

enum { FIELD_LINE = 76 }; /* octets of a line without its CRLF (RFC 5322 2.1.1) */

struct field_writer {
	struct buf *out; /* empty at the start; holds the one field */
	size_t column;
	bool first;     /* no tag is written yet */
	bool next_line; /* the next tag begins a line */
	size_t signature_at, signature_column;
};

void field_writer_start(struct field_writer *w, struct buf *out, slice name);
void field_writer_tag(struct field_writer *w, const char *name, slice value);
void field_writer_number(struct field_writer *w, const char *name, uint64_t value);
void field_writer_names(struct field_writer *w, slice names); /* h=, cut at colons */
void field_writer_hash(struct field_writer *w, const struct body_hash *hash); /* bh= */
void field_writer_signature(struct field_writer *w); /* b=, still empty; once */

/* Ends the field and gives it as one to be hashed; it lives in out. */
struct signed_field field_writer_end(struct field_writer *w);

/* Appends the field, signed over digest, to another buf. On failure that is as it was. */
enum err field_writer_sign(const struct field_writer *w, const struct signing_key *key,
			   const uint8_t digest[static SHA256_OCTETS],
			   struct buf *signed_out);
