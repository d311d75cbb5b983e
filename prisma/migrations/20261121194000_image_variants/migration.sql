-- AlterTable
ALTER TABLE "ImageTag" ADD COLUMN "variantsJson" TEXT;
