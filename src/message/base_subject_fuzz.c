/* A base subject is no longer than the subject, has nothing more to take away, and is not
 * empty but where a mark of a reply was all there was. */
#include <stdlib.h>

#include "message/base_subject.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	slice subject = { (const char *)data, n };
	struct buf base, again;
	bool is_reply, is_still_reply;

	buf_init(&base, n);
	buf_init(&again, n);
	base_subject(subject, &base, &is_reply);
	base_subject(buf_slice(&base), &again, &is_still_reply);
	if (base.overflow || is_still_reply ||
	    !slice_eq(buf_slice(&base), buf_slice(&again)))
		abort();
	if (!base.n && !is_reply && slice_trim(subject).n) abort();
	buf_done(&base);
	buf_done(&again);
	return 0;
}
