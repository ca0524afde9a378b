#include "mailauth/finding.h"

const char *dkim_verdict_name(enum dkim_verdict verdict)
{
	static const char *const names[] = {
		[DKIM_PASS] = "pass",           [DKIM_FAIL] = "fail",
		[DKIM_NEUTRAL] = "neutral",     [DKIM_TEMPERROR] = "temperror",
		[DKIM_PERMERROR] = "permerror", [DKIM_POLICY] = "policy",
	};

	return names[verdict];
}
