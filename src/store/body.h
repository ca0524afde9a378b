/*
 * body.h - reading a stored message's octets
 *
 * A body that lies in the database is copied whole when it is opened, one that
 * lies in a file is held by its descriptor: once open it can be read to its
 * end, whatever happens to the message, on any thread, without the account.
 */
#pragma once

#include "message/part_map.h"
#include "store/message.h"

struct body;

/* ERR_NOT_FOUND when the email is gone. */
enum err body_open(struct account *a, int64_t email, struct body **ret);
void body_close(struct body *b); /* NULL is fine */
uint64_t body_size(const struct body *b);
/* Appends octets [offset, offset + n) clamped to the size; false at a read error or when
 * out is full. */
bool body_append(const struct body *b, uint64_t offset, uint64_t n, struct buf *out);
bool body_read(const struct body *b, uint64_t offset, char *into, size_t n);
/* The whole in one piece if it lies in memory, else an empty slice with p == NULL. */
slice body_view(const struct body *b);
/* Its parts, offsets in the whole; everything lives in the arena. */
enum err body_parts(const struct body *b, struct arena *arena, struct part_map *ret);
