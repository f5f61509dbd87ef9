/* dates: the date of a document as pages and feeds write it (not the dates told in its text). */
#ifndef ENT_TEXT_DATES_H
#define ENT_TEXT_DATES_H

#include "text.h"

/* The first full date (year, month, day) in `text`: ISO 8601, RFC 822, "Mar 10, 2025", "10 March
 * 2025", "10.03.2025", "2018年8月16日".  Day before month where both orders are possible, unless the
 * year is followed by nothing that tells and the numbers only fit the other way.  The table
 * text/months names the months.  *begin and *end (may be NULL) get its bytes.  O(bytes). */
bool ent__date_find(const ent_kit *kit, ent_str text, ent_date *out, size_t *begin, size_t *end);

#endif
