/*
 * time.c
 *	  Times as text: ISO 8601 in UTC with microseconds, the form that the
 *	  journal's hash chain is made from.
 */
#include "run.h"

#include <stdio.h>

#define DAY_US INT64_C(86400000000)

/*
 * Days since 1970-01-01 of a date of the Gregorian calendar, and back; by
 * shifting the year to begin in March, so that the leap day is its last.
 */
static int64_t
days_of_date(int64_t year, int64_t month, int64_t day)
{
	int64_t		y = month <= 2 ? year - 1 : year;
	int64_t		era = (y >= 0 ? y : y - 399) / 400;
	int64_t		year_of_era = y - era * 400;
	int64_t		day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 +
		day - 1;
	int64_t		day_of_era = year_of_era * 365 + year_of_era / 4 -
		year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static void
date_of_days(int64_t days, int64_t *year, int64_t *month, int64_t *day)
{
	int64_t		z = days + 719468;
	int64_t		era = (z >= 0 ? z : z - 146096) / 146097;
	int64_t		day_of_era = z - era * 146097;
	int64_t		year_of_era = (day_of_era - day_of_era / 1460 +
							   day_of_era / 36524 -
							   day_of_era / 146096) / 365;
	int64_t		day_of_year = day_of_era - (365 * year_of_era +
											year_of_era / 4 -
											year_of_era / 100);
	int64_t		shifted = (5 * day_of_year + 2) / 153;

	*day = day_of_year - (153 * shifted + 2) / 5 + 1;
	*month = shifted < 10 ? shifted + 3 : shifted - 9;
	*year = year_of_era + era * 400 + (*month <= 2);
}

void
dbmig_time_text(int64_t time, char buffer[DBMIG_TIME_SIZE])
{
	int64_t		days = time / DAY_US;
	int64_t		rest = time % DAY_US;
	int64_t		year;
	int64_t		month;
	int64_t		day;

	if (rest < 0)
	{
		days--;
		rest += DAY_US;
	}
	date_of_days(days, &year, &month, &day);
	(void) snprintf(buffer, DBMIG_TIME_SIZE,
					"%04d-%02d-%02dT%02d:%02d:%02d.%06dZ",
					(int) (year % 10000), (int) month, (int) day,
					(int) (rest / 3600000000), (int) (rest / 60000000 % 60),
					(int) (rest / 1000000 % 60), (int) (rest % 1000000));
}

int64_t
dbmig_value_time(const DbmigValue *value)
{
	/* What stands in "2026-01-31T12:00:00.000000Z": digits and the rest. */
	static const char form[] = "dddd-dd-ddTdd:dd:dd.ddddddZ";
	int64_t		parts[7] = {0};
	size_t		part = 0;
	size_t		i;

	if (value->type == DBMIG_TIME)
		return value->number;
	if (value->type != DBMIG_TEXT || value->len != sizeof(form) - 1)
		return 0;
	for (i = 0; i < value->len; i++)
	{
		if (form[i] != 'd' && value->text[i] != form[i])
			return 0;
		if (form[i] == 'd' && !dbmig_is_digit(value->text[i]))
			return 0;
		if (form[i] == 'd')
			parts[part] = parts[part] * 10 + (value->text[i] - '0');
		else
			part++;
	}
	return days_of_date(parts[0], parts[1], parts[2]) * DAY_US +
		((parts[3] * 60 + parts[4]) * 60 + parts[5]) * 1000000 + parts[6];
}
