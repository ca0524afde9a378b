#include "mailauth/finding.h"

slice dkim_verdict_name(enum dkim_verdict verdict)
{
	static const slice names[] = {
		[DKIM_PASS] = SLICE_INIT("pass"),
		[DKIM_FAIL] = SLICE_INIT("fail"),
		[DKIM_NEUTRAL] = SLICE_INIT("neutral"),
		[DKIM_TEMPERROR] = SLICE_INIT("temperror"),
		[DKIM_PERMERROR] = SLICE_INIT("permerror"),
		[DKIM_POLICY] = SLICE_INIT("policy"),
	};

	return names[verdict];
}
