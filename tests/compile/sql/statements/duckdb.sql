-- Shop version 3, by tierpolicy
-- digest: faa403dc3864be08fe4ea6a1df18bebb6b1308c54f25205080e7659df20832b1
-- as of: 2026-11-21
-- dialect: duckdb
-- values only: what was wrong with a row, and what missing data left open, is for tierpolicy to tell
WITH given AS (
  SELECT
    "customer_id" AS "key_customer_id",
    CASE
      WHEN "segment" IN ('consumer')
      THEN "segment"
      WHEN "segment" IN ('small_business', 'SMB', 'Small Business')
      THEN 'small_business'
    END AS "segment",
    CASE
      WHEN "lifetime_value" BETWEEN -90071992547410 AND 90071992547410
      THEN "lifetime_value" * CAST(100 AS DECIMAL(20, 0))
    END AS "given_lifetime_value",
    COALESCE(ARRAY_CONTAINS("tags", 'vip'), FALSE) AS "tags_vip",
    COALESCE(ARRAY_CONTAINS("tags", 'press'), FALSE) AS "tags_press",
    CASE WHEN "risk" BETWEEN 0.0E0 AND 1.0E0 THEN CAST("risk" AS DOUBLE) END AS "risk",
    COALESCE(
      CASE
        WHEN "orders" >= 0 AND "orders" < 9223372036854775808 AND "orders" = FLOOR("orders")
        THEN CAST("orders" AS BIGINT)
      END,
      0
    ) AS "orders",
    CASE WHEN "stage" IN ('aware', 'trial', 'loyalty') THEN "stage" END AS "stage",
    CASE
      WHEN "customer_since" BETWEEN CAST('0001-01-01' AS DATE) AND CAST('9999-12-31' AS DATE)
      THEN "customer_since"
    END AS "customer_since",
    CASE
      WHEN "waited" BETWEEN -2562047788015215 AND 2562047788015215
      THEN "waited" * CAST(3600 AS DECIMAL(20, 0))
    END AS "given_waited"
  FROM shop.customers
), given_2 AS (
  SELECT
    *,
    CAST(FLOOR("given_lifetime_value") + CASE
      WHEN (
        "given_lifetime_value" - FLOOR("given_lifetime_value")
      ) * 2 > 1
      OR (
        (
          "given_lifetime_value" - FLOOR("given_lifetime_value")
        ) * 2 = 1
        AND FLOOR(FLOOR("given_lifetime_value") * 0.5) * 2 <> FLOOR("given_lifetime_value")
      )
      THEN 1
      ELSE 0
    END AS BIGINT) AS "whole_lifetime_value",
    CAST(FLOOR("given_waited") + CASE
      WHEN (
        "given_waited" - FLOOR("given_waited")
      ) * 2 > 1
      OR (
        (
          "given_waited" - FLOOR("given_waited")
        ) * 2 = 1
        AND FLOOR(FLOOR("given_waited") * 0.5) * 2 <> FLOOR("given_waited")
      )
      THEN 1
      ELSE 0
    END AS BIGINT) AS "whole_waited"
  FROM given
), fields AS (
  SELECT
    *,
    CASE
      WHEN "whole_lifetime_value" BETWEEN 0 AND 9007199254740992
      THEN "whole_lifetime_value"
    END AS "lifetime_value",
    CASE
      WHEN "whole_waited" BETWEEN -9223372036854775808 AND 9223372036854775807
      THEN "whole_waited"
    END AS "waited"
  FROM given_2
), conditions AS (
  SELECT
    *,
    CASE
      WHEN "segment" = 'small_business' AND "lifetime_value" >= 100000
      THEN 1
      WHEN (
        "segment" = 'small_business' AND "lifetime_value" >= 100000
      ) IS NULL
      THEN 0
      WHEN "lifetime_value" >= 500000
      THEN 2
      WHEN (
        "lifetime_value" >= 500000
      ) IS NULL
      THEN 0
      ELSE 0
    END AS "row_of_gifts", /* table gifts: the row that counts */
    "lifetime_value" >= 1000000 OR "tags_vip" AS "if_valued", /* rule valued: Those who matter most */
    "risk" > 8.0E-1 AS "if_risky", /* limit risky: Not to those who don't pay */
    "orders" > 5 AS "if_often", /* rule often */
    CAST(CASE
      WHEN CAST('2026-11-21' AS DATE) >= "customer_since"
      THEN (
        EXTRACT(YEAR FROM CAST('2026-11-21' AS DATE)) - EXTRACT(YEAR FROM "customer_since")
      ) * 12 + (
        EXTRACT(MONTH FROM CAST('2026-11-21' AS DATE)) - EXTRACT(MONTH FROM "customer_since")
      ) - CASE
        WHEN EXTRACT(DAY FROM "customer_since") <= EXTRACT(DAY FROM CAST('2026-11-21' AS DATE))
        OR EXTRACT(DAY FROM CAST('2026-11-21' AS DATE)) = EXTRACT(DAY FROM LAST_DAY(CAST('2026-11-21' AS DATE)))
        THEN 0
        ELSE 1
      END
      WHEN CAST('2026-11-21' AS DATE) < "customer_since"
      THEN -(
        (
          EXTRACT(YEAR FROM "customer_since") - EXTRACT(YEAR FROM CAST('2026-11-21' AS DATE))
        ) * 12 + (
          EXTRACT(MONTH FROM "customer_since") - EXTRACT(MONTH FROM CAST('2026-11-21' AS DATE))
        ) - CASE
          WHEN EXTRACT(DAY FROM CAST('2026-11-21' AS DATE)) <= EXTRACT(DAY FROM "customer_since")
          OR EXTRACT(DAY FROM "customer_since") = EXTRACT(DAY FROM LAST_DAY("customer_since"))
          THEN 0
          ELSE 1
        END
      )
    END AS BIGINT) AS "part",
    "tags_press" AND "risk" < 2.5E-1 AS "if_press_at_night", /* rule press_at_night */
    "waited" > 3600 AND "waited" < 172800 AS "if_called_back", /* rule called_back */
    CAST("orders" AS DOUBLE) * 5.0E1 AS "part_2"
  FROM fields
), decided AS (
  SELECT
    *,
    CAST(CASE
      WHEN "part" < 0
      THEN -(
        FLOOR(CAST(ABS("part") AS DOUBLE) / 12)
      )
      ELSE FLOOR(CAST(ABS("part") AS DOUBLE) / 12)
    END AS BIGINT) AS "years",
    GREATEST(
      LEAST(
        CASE WHEN "if_valued" THEN 2 /* rule valued: Those who matter most */ ELSE 0 END,
        CASE WHEN "if_risky" THEN 1 /* limit risky: Not to those who don't pay */ ELSE 2 END
      ),
      1
    ) AS "priority_place",
    CAST(CASE WHEN "if_often" THEN 120 /* rule often */ ELSE 600 END AS BIGINT) AS "max_wait",
    CASE
      WHEN "part_2" BETWEEN -9.007199254740992E15 AND 9.007199254740992E15
      THEN CAST(ROUND_EVEN("part_2", 0) AS BIGINT)
    END AS "part_3",
    CASE
      WHEN "if_risky"
      THEN FALSE /* limit risky: Not to those who don't pay */
      WHEN "if_valued"
      THEN TRUE /* rule valued: Those who matter most */
      WHEN "row_of_gifts" = 1
      THEN TRUE /* gifts row 1 */
      ELSE FALSE
    END AS "perks_lounge",
    CASE
      WHEN "row_of_gifts" = 1
      THEN TRUE /* gifts row 1 */
      WHEN "row_of_gifts" = 2
      THEN TRUE /* gifts row 2 */
      ELSE FALSE
    END AS "perks_gift",
    CASE WHEN "if_press_at_night" THEN FALSE ELSE TRUE END AS "greeting_stands",
    CASE WHEN "if_called_back" THEN TRUE /* rule called_back */ ELSE FALSE END AS "callback"
  FROM conditions
), decided_2 AS (
  SELECT
    *,
    "stage" IN ('trial', 'loyalty') AND "years" >= 2 AS "if_loyal", /* rule loyal */
    CASE "priority_place" WHEN 0 THEN 'low' WHEN 1 THEN 'normal' WHEN 2 THEN 'high' END AS "priority",
    CASE WHEN NOT "part_3" IS NULL THEN LEAST(1000, "part_3") END AS "discount_drawn",
    CASE
      WHEN "tags_press" AND "greeting_stands"
      THEN 0 /* rule press */
      WHEN "if_press_at_night"
      THEN 1 /* rule press_at_night */
    END AS "greeting_first",
    CASE
      WHEN "if_press_at_night"
      THEN 1 /* rule press_at_night */
      WHEN "tags_press" AND "greeting_stands"
      THEN 0 /* rule press */
    END AS "greeting_last"
  FROM decided
), decided_3 AS (
  SELECT
    *,
    CASE
      WHEN "discount_drawn" IS NULL
      THEN CAST(NULL AS BIGINT)
      WHEN "discount_drawn" < 0
      THEN 0
      WHEN "discount_drawn" > 1000
      THEN 1000
      ELSE "discount_drawn"
    END AS "discount_said",
    CAST(CASE WHEN "if_loyal" THEN 10 /* rule loyal */ ELSE CAST(0 AS BIGINT) END AS DECIMAL(38, 0)) + CAST(CASE
      WHEN "if_often" AND "orders" > 0
      THEN "orders" /* rule often */
      ELSE CAST(0 AS BIGINT)
    END AS DECIMAL(38, 0)) AS "points_total",
    CASE
      WHEN "greeting_first" = 0 AND "greeting_last" = 0
      THEN 'Welcome, press desk'
      WHEN "greeting_first" = 1 AND "greeting_last" = 1
      THEN 'Good evening'
      ELSE 'Good day'
    END AS "greeting"
  FROM decided_2
), decided_4 AS (
  SELECT
    *,
    CASE
      WHEN "if_loyal"
      AND (
        CASE WHEN "discount_said" IS NULL THEN CAST(NULL AS BOOLEAN) ELSE TRUE END
      )
      THEN "discount_said" /* rule loyal */
      ELSE CAST(NULL AS BIGINT)
    END AS "discount_so_far",
    CAST(CASE
      WHEN "points_total" > 9223372036854775807
      THEN 9223372036854775807
      ELSE "points_total"
    END AS BIGINT) AS "points"
  FROM decided_3
), decided_5 AS (
  SELECT
    *,
    CAST(CASE
      WHEN "if_risky" AND NOT "discount_so_far" IS NULL
      THEN CAST(NULL AS BIGINT) /* limit risky: Not to those who don't pay */
      ELSE "discount_so_far"
    END AS BIGINT) AS "discount"
  FROM decided_4
)
SELECT
  "key_customer_id" AS "customer_id",
  "priority" AS "priority",
  "max_wait" AS "max_wait",
  CAST(CAST("discount" AS DECIMAL(18, 0)) * CAST('0.0001' AS DECIMAL(5, 4)) AS DECIMAL(18, 4)) AS "discount",
  "points" AS "points",
  LIST_FILTER(
    [
      CASE WHEN "perks_gift" THEN 'gift' END,
      CASE WHEN "perks_lounge" THEN 'lounge' END
    ],
    LAMBDA label : NOT label IS NULL
  ) AS "perks",
  "greeting" AS "greeting",
  "callback" AS "callback"
FROM decided_5
