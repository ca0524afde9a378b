/*
 * What is sent has one end, at its end, even for a client that takes a bare LF for a
 * line's end; without the dots it is the message with CRLF line ends; and cutting
 * the message changes nothing.
 */
#include "pop3/transfer.h"

#include <stdlib.h>

static void send_cut(slice message, size_t cut, uint64_t lines, struct buf *out)
{
	struct transfer t;

	buf_init(out, TRANSFER_GROWTH * message.n + 5);
	transfer_begin(&t, lines);
	while (message.n && transfer_add(&t, slice_head(message, cut), out))
		message = slice_skip(message, cut);
	transfer_end(&t, out);
	if (out->overflow) abort();
}

/* The message's next line, without its end. */
static slice take_stored_line(slice *message)
{
	size_t n = slice_find_char(*message, '\n');
	slice line = slice_head(*message, n);

	if (line.n && line.p[line.n - 1] == '\r') line.n--;
	*message = slice_skip(*message, n + 1);
	return line;
}

static void check_received(slice sent, slice message)
{
	slice line = S("");

	while (take_line(&sent, &line) && !slice_eq(line, S("."))) {
		if (slice_find_char(line, '\n') < line.n) abort();
		if (slice_starts(line, S("."))) line = slice_skip(line, 1);
		if (!message.n || !slice_eq(line, take_stored_line(&message))) abort();
	}
	if (sent.n || message.n || !slice_eq(line, S("."))) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice message = { (const char *)data, n };
	struct buf whole, cut, top;
	size_t size = n ? data[0] % 8 + 1U : 1;
	slice top_lines;

	send_cut(message, n + 1, UINT64_MAX, &whole);
	send_cut(message, size, UINT64_MAX, &cut);
	if (!slice_eq(buf_slice(&whole), buf_slice(&cut))) abort();
	check_received(buf_slice(&whole), message);
	send_cut(message, size, size, &top);
	top_lines = slice_head(buf_slice(&top), top.n - 3);
	if (!slice_starts(buf_slice(&whole), top_lines)) abort();
	buf_done(&whole);
	buf_done(&cut);
	buf_done(&top);
	return 0;
}
