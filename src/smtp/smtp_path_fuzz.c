#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "message/address.h"
#include "smtp/domain.h"
#include "smtp/limits.h"
#include "smtp/path.h"

static void require(bool condition)
{
	if (!condition) abort();
}

/* What was unquoted, quoted again, is the same path. */
static void check_written_back(const struct smtp_path *path)
{
	struct arena memory;
	struct buf b;
	struct smtp_path again;
	slice in;

	arena_init(&memory, SMTP_MEMORY_MAX);
	buf_init(&b, 4096);
	buf_add_char(&b, '<');
	addr_spec_write(path->local, path->domain, &b);
	buf_add_char(&b, '>');
	in = buf_slice(&b);
	require(smtp_take_path(&in, REVERSE_PATH, &memory, &again) == PATH_GOOD);
	require(in.n == 0 && slice_eq(again.local, path->local) &&
		slice_eq(again.domain, path->domain));
	buf_done(&b);
	arena_done(&memory);
}

static void check_path(slice text, enum smtp_path_kind kind)
{
	struct arena memory;
	struct smtp_path path;
	slice in = text;
	enum smtp_path_verdict verdict;

	arena_init(&memory, SMTP_MEMORY_MAX);
	verdict = smtp_take_path(&in, kind, &memory, &path);
	if (verdict == PATH_GOOD) {
		slice taken = slice_head(text, text.n - in.n);

		require(taken.n <= SMTP_PATH_MAX && slice_starts(taken, S("<")) &&
			slice_ends_nocase(taken, S(">")));
		require(utf8_valid(taken) && path.is_utf8 == !is_ascii(path.address));
		require(kind != FORWARD_PATH || path.address.n > 0);
		if (path.address.n)
			require(smtp_is_mailbox(path.address) || !path.domain.n);
		if (path.domain.n) check_written_back(&path);
	} else {
		require(in.p == text.p && in.n == text.n);
	}
	arena_done(&memory);
}

static void check_domain(slice text)
{
	slice in = text, got;

	if (smtp_take_domain(&in, &got) || smtp_take_address_literal(&in, &got))
		require(got.p == text.p && got.n + in.n == text.n &&
			got.n <= SMTP_DOMAIN_MAX);
	else
		require(in.p == text.p && in.n == text.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice text = { (const char *)data, n };

	check_path(text, REVERSE_PATH);
	check_path(text, FORWARD_PATH);
	check_domain(text);
	return 0;
}
