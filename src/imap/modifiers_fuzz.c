/* The parameters of SELECT QRESYNC and the modifiers of FETCH: what is taken keeps what
 * their headers promise, what is not changes nothing. */
#include <stdlib.h>

#include "imap/fetch_modifiers.h"
#include "imap/resync.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_resync(slice in)
{
	struct resync r;

	if (take_resync(&in, &r) &&
	    (!r.uid_validity || !r.modseq || r.modseq > INT64_MAX ||
	     r.has_known != (interval_set_count(&r.known) > 0) ||
	     interval_set_count(&r.match_numbers) != interval_set_count(&r.match_uids)))
		abort();
	resync_done(&r);
}

static void check_modifiers(slice text, bool by_uid)
{
	slice in = text;
	struct fetch_modifiers m;
	struct interval at;

	if (!take_fetch_modifiers(&in, by_uid, &m)) {
		if (in.n != text.n) abort();
		return;
	}
	if (m.vanished && !m.changed_since) abort();
	if (!by_uid && (m.vanished || m.is_partial)) abort();
	if (!m.is_partial) return;
	at = partial_positions(&m.partial, 1000);
	if (at.first ? at.first > at.last || at.last > 1000 : at.last) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice text = { (const char *)data, n };

	check_resync(text);
	check_modifiers(text, true);
	check_modifiers(text, false);
	return 0;
}
