/* Check digits: unified social credit code and bar code. */
#include <string.h>

#include "base/text.h"
#include "model/content.h"

/* GB 32100-2015, 4: alphabet and weights; check = (31 - sum mod 31) mod 31. */
bool
credit_code_ok(const char *code, char *ret_should)
{
	static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
	static const int weights[] = { 1,  3,  9,  27, 19, 26, 16, 17, 20,
				       29, 25, 13, 8,  24, 10, 30, 28 };
	int sum = 0;
	char should;

	*ret_should = '\0';
	if (strlen(code) != 18 || strspn(code, alphabet) != 18)
		return false;
	for (int i = 0; i < 17; i++)
		sum += (int)(strchr(alphabet, code[i]) - alphabet) * weights[i];
	should = alphabet[(31 - sum % 31) % 31];
	if (should == code[17])
		return true;
	*ret_should = should;
	return false;
}

/* GS1 General Specifications 7.9: weights 3 and 1 from the right. */
bool
gtin_ok(const char *code, char *ret_should)
{
	size_t n = strlen(code);
	int sum = 0;
	char should;

	*ret_should = '\0';
	if ((n != 8 && n != 12 && n != 13 && n != 14) ||
	    strspn(code, "0123456789") != n)
		return false;
	for (size_t i = 0; i + 1 < n; i++)
		sum += (code[i] - '0') * ((n - i) % 2 == 0 ? 3 : 1);
	should = (char)('0' + (10 - sum % 10) % 10);
	if (should == code[n - 1])
		return true;
	*ret_should = should;
	return false;
}
