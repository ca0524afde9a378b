/*
 * unpack.h - the document in a gzip file or a zip archive (RFC 1952, 1951)
 *
 * Reports come packed, and a few octets can stand for very many: what would unpack to
 * more than out holds is refused, and memory and time grow with out's maximum only. A zip
 * archive gives its first file; encrypted ones, other methods than deflate and Zip64 are
 * refused. What is neither is taken as the document itself.
 */
#pragma once

#include "base/buf.h"
#include "base/err.h"

enum { UNPACKED_MAX = 16 * 1024 * 1024 }; /* octets of a report that is read */

/* ERR_LIMIT: it does not fit in out. ERR_MALFORMED: it is damaged, or of a kind not known
 * here. */
enum err report_unpack(slice packed, struct buf *out);
/* As one gzip member. False when out is full. */
bool gzip_pack(slice plain, struct buf *out);
