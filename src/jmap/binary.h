/*
 * binary.h - what a blobId names, as octets (RFC 8620 6, RFC 8621 4.1.4)
 *
 * The id of an email with a "B" before it is the email as it stands, with "_N" behind
 * that the content of its Nth part (in the part map's order), its transfer encoding
 * undone; an upload's id is the upload. Once open it is read without the account, on any
 * thread.
 */
#pragma once

#include "message/part_map.h"
#include "store/body.h"

struct binary;

void binary_id_of_email(int64_t account, int64_t email, struct buf *out);
void binary_id_of_part(int64_t account, int64_t email, uint32_t part, struct buf *out);
void binary_id_of_upload(int64_t account, int64_t upload, struct buf *out);

/* ERR_NOT_FOUND, also for what is no id. */
enum err binary_open(struct account *a, slice id, struct binary **ret);
void binary_close(struct binary *b); /* NULL is fine */
/* Appends what comes next, about 64 KiB at most, to out; *ret_ended: that was all. False
 * at a read error or when out is full. */
bool binary_read(struct binary *b, struct buf *out, bool *ret_ended);
/* Octets in all, where nothing has to be decoded to know it; else false. */
bool binary_size(const struct binary *b, uint64_t *ret);
/* The same in any case, perhaps by reading all of it; false at a read error. */
bool binary_measure(const struct binary *b, uint64_t *ret);
/* Before the first read: goes on towards that octet as far as there is no need to read
 * what is before it, and gives where it is. */
uint64_t binary_seek(struct binary *b, uint64_t at);
