-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Endpoint" (
    "containerId" TEXT NOT NULL,
    "networkId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "address" TEXT NOT NULL,
    "ipv6" TEXT,
    "mac" TEXT NOT NULL,
    "hostIf" TEXT NOT NULL,
    "ifName" TEXT NOT NULL,
    "priority" INTEGER NOT NULL,
    "aliasesJson" TEXT NOT NULL,
    "dnsJson" TEXT NOT NULL,
    "portsJson" TEXT NOT NULL,

    PRIMARY KEY ("containerId", "networkId")
);
-- Names are those of the containers; until now a container was on one network only, without IPv6.
INSERT INTO "new_Endpoint" ("address", "aliasesJson", "containerId", "dnsJson", "hostIf", "ifName", "mac", "name", "networkId", "portsJson", "priority", "state") SELECT "address", "aliasesJson", "containerId", '[]', "hostIf", "ifName", "mac", COALESCE((SELECT "Container"."name" FROM "Container" WHERE "Container"."id" = "Endpoint"."containerId"), "containerId"), "networkId", "portsJson", 0, "state" FROM "Endpoint";
DROP TABLE "Endpoint";
ALTER TABLE "new_Endpoint" RENAME TO "Endpoint";
CREATE UNIQUE INDEX "Endpoint_networkId_address_key" ON "Endpoint"("networkId", "address");
CREATE UNIQUE INDEX "Endpoint_networkId_ipv6_key" ON "Endpoint"("networkId", "ipv6");
CREATE TABLE "new_Network" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "driver" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "builtin" BOOLEAN NOT NULL,
    "bridge" TEXT,
    "subnetsJson" TEXT NOT NULL,
    "enableIpv6" BOOLEAN NOT NULL,
    "internal" BOOLEAN NOT NULL,
    "labelsJson" TEXT NOT NULL,
    "optionsJson" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL
);
-- The one subnet a network had becomes the first of a list.
INSERT INTO "new_Network" ("bridge", "builtin", "createdAt", "driver", "enableIpv6", "id", "internal", "labelsJson", "name", "optionsJson", "state", "subnetsJson") SELECT "bridge", "builtin", "createdAt", "driver", false, "id", "internal", "labelsJson", "name", "optionsJson", "state", CASE WHEN "subnet" IS NULL THEN '[]' ELSE json_array(json_object('subnet', "subnet", 'gateway', "gateway", 'auxAddresses', json('{}'))) END FROM "Network";
DROP TABLE "Network";
ALTER TABLE "new_Network" RENAME TO "Network";
CREATE UNIQUE INDEX "Network_name_key" ON "Network"("name");
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
