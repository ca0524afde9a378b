/*
 * arc_verifier.h - what arc_verify.c and arc_seal.c know of one another
 */
#pragma once

#include "mailauth/arc.h"
#include "mailauth/arc_chain.h"
#include "mailauth/verification.h"

struct arc_verifier {
	struct arena arena;
	struct body_hashes *hashes; /* the caller's */
	struct arc_chain chain;
	struct verification messages[ARC_INSTANCES_MAX], seals[ARC_INSTANCES_MAX];
	bool decided;
	struct arc_result result;
};
