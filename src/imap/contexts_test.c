#include <stdlib.h>

#include "base/test.h"
#include "imap/contexts_model.h"

enum { ROUNDS = 12, DEEDS = 120 };

TEST(contexts_keep_results_up_to_date)
{
	char deeds[DEEDS];

	srand(5);
	for (int round = 0; round < ROUNDS; round++) {
		for (size_t i = 0; i < DEEDS; i++)
			deeds[i] = (char)rand();
		for (size_t i = 0; i < 7; i++) /* all searches there are */
			deeds[i] = (char)(5 + 8 * i);
		contexts_model_play((slice){ deeds, DEEDS });
	}
}
