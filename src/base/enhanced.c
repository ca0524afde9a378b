#include "base/enhanced.h"

static const struct {
	int code;
	slice enhanced;
} usual[] = {
	/* clang-format off */
	{ 235, SLICE_INIT("2.7.0") },
	{ 251, SLICE_INIT("2.1.5") },
	{ 421, SLICE_INIT("4.3.2") },
	{ 450, SLICE_INIT("4.2.0") },
	{ 451, SLICE_INIT("4.3.0") },
	{ 452, SLICE_INIT("4.3.1") },
	{ 454, SLICE_INIT("4.7.0") },
	{ 455, SLICE_INIT("4.5.0") },
	{ 500, SLICE_INIT("5.5.2") },
	{ 501, SLICE_INIT("5.5.4") },
	{ 502, SLICE_INIT("5.5.1") },
	{ 503, SLICE_INIT("5.5.1") },
	{ 504, SLICE_INIT("5.5.4") },
	{ 521, SLICE_INIT("5.3.2") }, /* RFC 7504 4 */
	{ 530, SLICE_INIT("5.7.0") },
	{ 534, SLICE_INIT("5.7.9") },
	{ 535, SLICE_INIT("5.7.8") },
	{ 538, SLICE_INIT("5.7.11") },
	{ 551, SLICE_INIT("5.1.6") },
	{ 552, SLICE_INIT("5.3.4") },
	{ 553, SLICE_INIT("5.1.3") },
	{ 555, SLICE_INIT("5.5.4") },
	{ 556, SLICE_INIT("5.1.10") }, /* RFC 7504 4 */
	/* clang-format on */
};

slice enhanced_usual(int code)
{
	for (size_t i = 0; i < countof(usual); i++)
		if (usual[i].code == code) return usual[i].enhanced;
	return code < 300 ? S("2.0.0") : code < 500 ? S("4.0.0") : S("5.0.0");
}
